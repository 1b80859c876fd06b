from failures import excerpt
from suite import first_error, read_results
from testing import ProjectTest


def failure(file, line, name, *more):
    return "\n".join([f"tests/03_x/{file}:{line}: {name}", *(f"    {text}" for text in more)])


class Excerpts(ProjectTest):
    def setUp(self):
        super().setUp()
        self.write("chapters/03_x/softmax.h")
        self.write("chapters/03_x/attend.h", '#include "03_x/softmax.h"\n')
        self.write("chapters/03_x/tiles/tiled.h", '#include "03_x/attend.h"\n')

    def shown(self, *outputs):
        return excerpt(self.root, [(f"test {i}", output) for i, output in enumerate(outputs)]).split("\n")

    def test_what_others_are_built_from_comes_first(self):
        output = "\n\n".join([failure("tiled_test.cpp", 3, "tiles"), failure("attend_test.cpp", 5, "sums"),
                              failure("softmax_test.cpp", 7, "shares", "CHECK( a == 1 )", "CHECK( 2 == 1 )"),
                              failure("softmax_test.cpp", 9, "more shares"), "4 of 9 test cases failed"])
        self.assertEqual(self.shown(output), ["tests/03_x/softmax_test.cpp:7: shares", "    CHECK( a == 1 )", "    CHECK( 2 == 1 )",
                                              "tests/03_x/attend_test.cpp:5: sums", "tests/03_x/tiled_test.cpp:3: tiles",
                                              "1 more failure"])

    def test_about_ten_lines(self):
        output = "\n\n".join(failure(f"f{i}_test.cpp", i, "name", *["table"] * 50) for i in range(40))
        self.assertLessEqual(len(self.shown(output, output)), 16)
        self.assertEqual(self.shown(output)[3:5], ["    table", "    ... and 47 lines more"])

    def test_output_of_another_form(self):
        self.assertEqual(self.shown("the program failed\ncode 1\n"), ["test 0:", "the program failed", "code 1"])
        self.assertEqual(self.shown(""), ["test 0:", "test 0 failed and said nothing"])


class Results(ProjectTest):
    def test_of_the_compiler(self):
        self.assertEqual(first_error(["FAILED: a.o\n", "c++ a.cpp\n", "/x/common/a.cpp:3:1: error: 'x'\n", "  3 | x\n",
                                      "FAILED: b.o\n"]), "common/a.cpp:3:1: error: 'x'\n  3 | x\n")
        self.assertEqual(first_error(["ninja: unknown target\n"]), "ninja: unknown target\n")

    def test_of_ctest(self):
        outcome = read_results("""<testsuite>
            <testcase name="a" status="run"><system-out>fine</system-out></testcase>
            <testcase name="b" status="fail"><failure message=""/><system-out>said</system-out></testcase>
            <testcase name="c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
            <testcase name="d" status="notrun"><skipped message="Unable to find executable"/></testcase></testsuite>""")
        self.assertEqual((outcome.passed, outcome.skipped, outcome.failures), (1, 1, [("b", "said"), ("d", "")]))
        self.assertEqual(str(outcome), "  1 passed, 2 failed, 1 skipped")
