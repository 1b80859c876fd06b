"""Tests of exercises.py, and of what reads and judges beside it."""
import unittest
from pathlib import Path

import compiler_errors
import exercises
import predict
import proof
import starters
import verdicts
from test_starters import HEADER, SOURCE
from testing import ProjectTest

HINTS = """# Hints

## 1.1 doubled

1. What is
   twice?
2. Add it to itself.
3. (N) -> (N)

## 1.2 gate

1. Open?
2. Shut.
3. One.
"""


class ReaderTest(ProjectTest):
    """A project with two exercises."""

    def setUp(self):
        super().setUp()
        self.write_chapter("01_x")
        self.write("chapters/01_x/double.cpp", SOURCE)
        self.write("chapters/01_x/double.h", HEADER)
        self.write("tests/01_x/exercises/hints.md", HINTS)
        self.write("tests/01_x/exercises/double.cpp", 'TEST_CASE("1.1 doubled") {\nTEST_CASE("1.2 gate") {')
        self.all = starters.all_exercises(self.root)


class ExercisesTest(ReaderTest):
    def test_exercises_are_named_by_number_chapter_or_function(self):
        self.assertEqual([e.name for e in exercises.named(self.all, "1.2")], ["1.2 gate"])
        for word in ("1", "01", "01_x"):
            self.assertEqual(len(exercises.named(self.all, word)), 2)
        self.assertEqual(exercises.named(self.all, "doubled")[0].number, "1.1")
        for word in ("my/01_x/double.cpp", "./my/01_x/double.cpp", "/p/my/01_x/double.cpp", "chapters/01_x/double.cpp"):
            self.assertEqual(len(exercises.named(self.all, word)), 2)
        with self.assertRaisesRegex(ValueError, "no exercise '1.7'"):
            exercises.named(self.all, "1.7")

    def test_starting_never_overwrites(self):
        self.assertEqual(exercises.start(self.root, self.all), (["my/01_x/double.cpp"], []))
        self.write("my/01_x/double.cpp", "mine")
        self.assertEqual(exercises.start(self.root, self.all), ([], ["my/01_x/double.cpp"]))
        self.assertEqual(self.read("my/01_x/double.cpp"), "mine")

    def test_resetting_puts_one_function_back_and_keeps_the_old_text(self):
        exercises.start(self.root, self.all)
        fresh = self.read("my/01_x/double.cpp")
        for number in (1, 2):
            self.write("my/01_x/double.cpp", fresh.replace('    throw NotDone("1.1 doubled");', f"    return {number};")
                       .replace('throw NotDone("1.2 gate")', "return 5"))
            self.assertEqual(exercises.reset(self.root, self.all[0]), f"my/01_x/doubled.{number}.txt")
            self.assertIn(f"    return {number};\n}}\n", self.read(f"my/01_x/doubled.{number}.txt"))
        self.assertEqual(self.read("my/01_x/double.cpp"), fresh.replace('throw NotDone("1.2 gate")', "return 5"))

    def test_a_member_function_ends_where_its_own_bracket_is(self):
        exercises.start(self.root, self.all)
        begin, end = exercises.function_lines(self.all[1], text := self.read("my/01_x/double.cpp"))
        self.assertEqual(text.split("\n")[begin:end][-1], "    }")
        self.assertEqual(end - begin, 4)

    def test_a_function_that_cannot_be_found_is_not_reset(self):
        self.write("my/01_x/double.cpp", "int nothing;")
        with self.assertRaisesRegex(ValueError, "has no line '// Exercise 1.1 doubled"):
            exercises.reset(self.root, self.all[0])
        self.assertEqual(self.read("my/01_x/double.cpp"), "int nothing;")

    def test_the_solution_is_a_diff(self):
        exercises.start(self.root, self.all)
        diff = exercises.solution(self.root, self.all[0])
        self.assertIn('-    throw NotDone("1.1 doubled");', diff)
        self.assertIn("+        y[n] = 2 * x[n];", diff)
        self.assertIn(" template <int Rank>", diff)

    def test_hints_come_one_at_a_time_then_all(self):
        progress = exercises.Progress(self.root)
        self.assertEqual(exercises.hint(self.root, self.all[0], progress), "1. What is twice?\n\n(2 more: ./learn hint 1.1)")
        self.assertEqual(exercises.hint(self.root, self.all[0], exercises.Progress(self.root))[:2], "2.")
        self.assertEqual(exercises.hint(self.root, self.all[0], exercises.Progress(self.root)), "3. (N) -> (N)")
        self.assertIn("1. What is twice?\n\n2.", exercises.hint(self.root, self.all[0], exercises.Progress(self.root)))

    def test_progress_is_a_file_for_people(self):
        progress = exercises.Progress(self.root)
        progress.of(self.all[0]).checks = 2
        progress.of(self.all[0]).done = True
        progress.of(self.all[1]).hints = 1
        progress.save()
        self.assertEqual(self.read("my/progress.txt"), "1.1 doubled: done, 2 checks, 0 hints\n1.2 gate: 0 checks, 1 hint\n")
        again = exercises.Progress(self.root)
        self.assertTrue(again.of(self.all[0]).done)
        self.assertEqual(again.next(self.all).name, "1.2 gate")
        other = starters.Exercise("0", 1, "first", "easy", 5, "chapters/00_a/a.cpp", 1, 2, [])
        self.assertEqual(again.next([other, *self.all]).name, "0.1 first")
        self.assertEqual(again.next([other, *self.all], after=self.all[0]).name, "1.2 gate")
        again.last = "1.1 doubled"
        again.save()
        self.assertIn("\nlast: 1.1 doubled\n", self.read("my/progress.txt"))
        self.assertEqual(exercises.Progress(self.root).next([other, *self.all]).name, "1.2 gate")

    def test_what_is_missing_is_found(self):
        self.assertEqual(list(exercises.findings(self.root)), [])
        self.write("tests/01_x/exercises/hints.md", HINTS.replace("2. Add it to itself.\n", ""))
        self.write("tests/01_x/exercises/double.cpp", 'TEST_CASE("1.1 doubled") {')
        self.assertEqual(list(exercises.findings(self.root)), [
            "chapters/01_x/double.cpp:7: tests/01_x/exercises/hints.md has not three hints below '## 1.1 doubled'",
            'chapters/01_x/double.cpp:26: tests/01_x/exercises/double.cpp has no TEST_CASE("1.2 gate")'])
        self.write("chapters/01_x/double.cpp", SOURCE.replace("1.2 gate", "1.3 gate"))
        self.assertIn("chapters: the exercises of chapter 1 are numbered 1, 3", list(exercises.findings(self.root)))


class VerdictsTest(ReaderTest):
    def test_only_the_readers_lines_are_shown_of_what_the_compiler_said(self):
        self.write("my/01_x/double.cpp", "\n" * 8 + "    return yy;\n")
        said = ("In file included from /x/xt.h:5:\n/x/xt.h:7:1: error: deep inside\n/p/my/01_x/double.cpp:9:12: error: 'yy' was not declared\n"
                "    9 |     return yy;\n      |            ^~\n")
        self.assertEqual(self.errors(said), ["my/01_x/double.cpp:9:12: error: 'yy' was not declared", "    9 |     return yy;", "      |            ^"])

    def errors(self, said):
        return compiler_errors.of_reader(self.root, said)

    def test_an_error_in_a_header_is_shown_at_the_innermost_line_of_the_reader(self):
        self.write("my/01_x/double.cpp", "one\ntwo\n")
        said = ("/x/xt.h: In instantiation of 'f':\n/x/xt.h:5:1:   required from 'g'\n/p/my/01_x/double.cpp:2:1:   required from 'h'\n"
                "/p/my/01_x/double.cpp:1:1:   required from here\n/x/xt.h:7:1: error: no match\n/x/xt.h:8:1: error: unrelated\n")
        self.assertEqual(self.errors(said + said), [
            "my/01_x/double.cpp:2:1: this leads to an error in a header:", "    2 | two", "      | ^", "    no match"])

    def test_tensors_are_called_as_readers_call_them_and_an_error_is_shown_for_one_rank(self):
        kind = "xt::xtensor_container<xt::uvector<double, xsimd::aligned_allocator<double, 16> >, {}>"
        said = "\n".join(f"my/01_x/double.cpp:9:5: error: no '{kind.format(rank)}'" for rank in (2, 3))
        self.assertEqual(self.errors(said), ["my/01_x/double.cpp:9:5: error: no 'Tensor<2>'"])

    def test_last_words_of_libraries_are_put_plainly(self):
        said = ("/usr/include/c++/12/bits/stl_vector.h:1123: std::vector<int>::operator[](size_type): Assertion '__n < this->size()' failed.\n"
                "free(): invalid pointer\n")
        self.assertEqual(verdicts.last_words(said).split("\n"), [
            "A check of std::vector failed: __n < this->size()",
            "The memory is damaged (free(): invalid pointer): something was written beyond the end of a tensor or a list."])

    def test_a_function_that_is_gone_is_said_to_be_missing(self):
        shown = "\n".join(verdicts.compile_errors(self.all[0], "ld: multiple definition of `vit::doubled'"))
        self.assertIn("misses a function", shown)
        self.assertIn("./learn reset 1.1", shown)


class ProofTest(unittest.TestCase):
    SAID = ("1.1 doubled: right\nwrong answer\t1.1 doubled\tsquared\tnumbers\ty first at N=0\tthe square: x | x\towner/name#12, a book\n"
            "1.1 doubled: the wrong answer tripled passes\n")

    def test_the_proof_is_read(self):
        wrong, right, complaints = proof.read(self.SAID)
        self.assertEqual((wrong[0].name, wrong[0].stage, right), ("squared", "numbers", ["1.1 doubled"]))
        self.assertEqual(complaints, ["1.1 doubled: the wrong answer tripled passes"])

    def test_sources_become_links(self):
        self.assertEqual(proof.source_link("owner/name#12, a book"),
                         "[owner/name#12](https://github.com/owner/name/issues/12), a book")
        self.assertEqual(proof.source_link(""), "")


class PredictTest(unittest.TestCase):
    LINES = ["tokens  Input      (1, 197, 768)  B N D", "norm    LayerNorm  (1, 197, 768)  B N D",
             "qkv     Linear     (1, 197, 2304)  B N 3AK", "", "done"]

    def test_shapes_are_asked_for_and_explained(self):
        answers, said = iter(["what?", "1 197 768", "(1, 197, 768)"]), []
        self.assertEqual(predict.play(self.LINES, lambda _: next(answers), said.append), (1, 2))
        self.assertEqual(said[0], self.LINES[0])
        self.assertEqual(said[1], "Write the sizes, such as 1 197 768.")
        self.assertTrue(said[2].endswith("right"))
        self.assertIn("you said (1, 197, 768)", said[3])
        self.assertIn("Only the last axis changes", said[4])

    def test_every_operation_of_the_chapters_has_a_rule(self):
        root = Path(__file__).resolve().parent.parent
        for output in sorted((root / "tests").glob("0[1-6]_*/output.txt")):
            for line in output.read_text().split("\n"):
                found = predict.LINE.match(line)
                if found and found[3] != "Input":
                    self.assertTrue(predict.rule_of(found[3]), f"{output.parent.name}: {found[3]}")


if __name__ == "__main__":
    unittest.main()
