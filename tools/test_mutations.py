import subprocess
import unittest

from mutations import Mutation, count, findings, first_failure, read_list, table
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
        self.assertEqual(first_failure(ended(1, "tests/03_x/a_test.cpp:7: sums to 1\n    CHECK\n")), "sums to 1")
        self.assertEqual(first_failure(ended(-11, "")), "ended with code -11")

    def test_table(self):
        caught, equal = read_list("03_x", LIST)
        results = [(caught, "means"), (equal, "")]
        self.assertEqual(count(results), "mutations: 2 applied, 1 caught, 1 proven equal, 0 survived")
        self.assertIn("| a.cpp | the mean is not divided | means |", table(results))
        survivor = Mutation("03_x", "a.cpp", "a", "b", "nothing sees it")
        self.assertEqual(count([(survivor, "")]), "mutations: 1 applied, 0 caught, 0 proven equal, 1 survived")


if __name__ == "__main__":
    unittest.main()
