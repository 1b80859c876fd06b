import unittest

from break_it import alike, read

SAID = """chapters/03_x/a.cpp
- sum / count;
+ sum;

tests/03_x/a_test.cpp:12: a mean
    CHECK( 2.25 <= 1e-5 )
    images(2, 0, 1, 8): analytic -0.00014304, numeric -4.76799e-05, error 6.7e-01
"""


class BreakIt(unittest.TestCase):
    def test_edits_are_read(self):
        edit, = read(SAID)
        self.assertEqual((edit.file, edit.group, edit.before, edit.after),
                         ("chapters/03_x/a.cpp", "03_x", "sum / count;", "sum;"))

    def test_rounding_changes_nothing(self):
        other = SAID.replace("2.25", "2.5").replace("images(2, 0, 1, 8): analytic -0.00014304", "blocks.1.fc1(3): analytic 1.5e-3")
        self.assertTrue(alike(SAID, other))

    def test_other_words_lines_and_whole_numbers_do(self):
        for old, new in (("a mean", "a sum"), (":12:", ":13:"), ("1e-5", "1e-6"), (", numeric", "; numeric")):
            self.assertFalse(alike(SAID, SAID.replace(old, new)), new)


if __name__ == "__main__":
    unittest.main()
