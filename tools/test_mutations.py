import subprocess
import unittest

from mutations import Copy, Mutation, chosen, count, findings, first_failure, read_list, read_table, record, table
from testing import ProjectTest

LIST = """file: chapters/03_x/a.cpp

- sum / count
+ sum
the mean is not divided

# a remark
- a + b
+ b + a
the order of a sum
equal: addition commutes
"""


class Lists(ProjectTest):
    def test_are_read(self):
        first, second = read_list("03_x", LIST)
        self.assertEqual((first.file, first.before, first.after, first.what, first.proof),
                         ("chapters/03_x/a.cpp", "sum / count", "sum", "the mean is not divided", ""))
        self.assertEqual(second.proof, "addition commutes")

    def test_of_another_form_are_refused(self):
        for text in ("- a\n+ b\nno file", "file: a.cpp\n\n- a\nno plus", "file: a.cpp\n\n- a\n+ b"):
            with self.assertRaises(ValueError):
                read_list("03_x", text)

    def test_rot_is_found(self):
        self.write("tests/mutations/03_x.txt", LIST)
        self.write("chapters/03_x/a.cpp", "y = sum / count; z = a + b;")
        self.assertEqual(findings(self.root), [])
        self.write("chapters/03_x/a.cpp", "y = sum / count; z = a + b; w = sum / count;")
        self.assertEqual(findings(self.root), ["chapters/03_x/a.cpp: 'sum / count' stands there 2 times, not once"])


class Results(unittest.TestCase):
    def test_failure(self):
        ended = lambda code, said: subprocess.CompletedProcess([], code, said)
        self.assertEqual(first_failure(ended(0, "")), "")
        self.assertEqual(first_failure(ended(1, "tests/03_x/a_test.cpp:7: sums to 1\n    CHECK\n")), "a_test.cpp: sums to 1")
        self.assertEqual(first_failure(ended(1, "tests/03_x/a_test.cpp:7: gradients (tests/testing.h:9)\n")), "a_test.cpp: gradients")
        self.assertEqual(first_failure(ended(-11, "")), "ended with code -11")

    def test_count(self):
        caught, equal = read_list("03_x", LIST)
        self.assertEqual(count([(caught, "means"), (equal, "")]), "mutations: 2, caught 1, proven equal 1, survived 0")
        self.assertEqual(count([(caught, ""), (equal, "means")]), "mutations: 2, caught 0, proven equal 0, survived 2")
        self.assertEqual(count([(caught, None), (equal, None)]), "mutations: 2, caught 0, proven equal 0, survived 2")
        self.assertEqual(count([(caught, "not tried yet")]), "mutations: 1, caught 0, proven equal 0, survived 0, not tried yet 1")

    def test_table(self):
        groups = {"03_x": read_list("03_x", LIST)}
        found = {("chapters/03_x/a.cpp", "the mean is not divided"): "a_test.cpp: means"}
        text = table(groups, found)
        self.assertIn("| a.cpp | the mean is not divided | a_test.cpp: means |", text)
        self.assertIn("| a.cpp | the order of a sum | equal: addition commutes |", text)
        self.assertEqual(read_table(groups, text), found | {("chapters/03_x/a.cpp", "the order of a sum"): ""})


class Records(ProjectTest):
    def test_what_was_not_tried_now_keeps_its_row(self):
        first, second = read_list("03_x", LIST)
        groups = {"03_x": [first, second]}
        self.write("tests/mutations/README.md")
        record(self.root, groups, [(first, "a_test.cpp: means")])
        record(self.root, groups, [(second, "")])
        self.assertIn("mutations: 2, caught 1, proven equal 1, survived 0\n", self.read("tests/mutations/README.md"))
        self.assertIn("| a_test.cpp: means |", self.read("tests/mutations/README.md"))


class Choices(unittest.TestCase):
    def test_chapters_and_words(self):
        a, b = Mutation("03_x", "chapters/03_x/a.cpp", "a", "b", "a sign"), Mutation("common", "common/b.cpp", "a", "b", "an index")
        groups = {"03_x": [a], "common": [b]}
        for words, wanted in [([], [a, b]), (["3"], [a]), (["03"], [a]), (["03_x"], [a]), (["common"], [b]), (["index"], [b]),
                              (["a.cpp", "common"], [a, b])]:
            self.assertEqual(chosen(groups, words), wanted)
        with self.assertRaises(ValueError):
            chosen(groups, ["4"])


class Copies(ProjectTest):
    """The copy's build is a script here: it copies the source, which is the program."""

    def setUp(self):
        super().setUp()
        subprocess.run(["git", "init", "-q", self.root], check=True)
        self.write("chapters/03_x/a.sh", "sum=3\necho tests/03_x/a_test.cpp:7: sums; [ $sum = 3 ]\n")
        self.copy = Copy(self.root)
        self.copy.configure = lambda: None
        self.copy.make = self.make
        self.copy.prepare()

    def make(self, targets):
        program = self.copy.build / "bin" / targets[0]
        program.parent.mkdir(parents=True, exist_ok=True)
        text = (self.copy.tree / "chapters/03_x/a.sh").read_text()
        program.write_text(f"#!/bin/sh\n{text}")
        program.chmod(0o755)
        return "a.sh: error" if "(" in text else ""

    def test_a_mistake_is_tried_and_taken_back(self):
        def tried(before, after):
            return self.copy.try_out(Mutation("03_x", "chapters/03_x/a.sh", before, after, "a mistake"))
        self.assertEqual(tried("sum=3", "sum=4"), "a_test.cpp: sums")
        self.assertEqual(tried("sum=3", "sum=3 # as before"), "")
        self.assertIsNone(tried("sum=3", "sum=("))
        self.assertEqual((self.copy.tree / "chapters/03_x/a.sh").read_text(), self.read("chapters/03_x/a.sh"))

    def test_the_copy_follows_the_sources(self):
        (self.copy.tree / "chapters/03_x/a.sh").write_text("left from a run that was stopped")
        self.write("chapters/03_x/b.sh")
        self.copy.prepare()
        self.assertEqual((self.copy.tree / "chapters/03_x/a.sh").read_text(), self.read("chapters/03_x/a.sh"))
        (self.root / "chapters/03_x/b.sh").unlink()
        self.copy.prepare()
        self.assertFalse((self.copy.tree / "chapters/03_x/b.sh").exists())


if __name__ == "__main__":
    unittest.main()
