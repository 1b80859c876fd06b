"""Tests of starters.py."""
import unittest

import starters
from testing import ProjectTest

SOURCE = '''#include "01_x/double.h"

#include <vector>

namespace vit {

// #region exercise 1.1 doubled (easy, 5 minutes)
template <int Rank>
Tensor<Rank> doubled(const Tensor<Rank>& x,
                     int times) {
    Axes("doubled").check("x", "N", x);
    const std::size_t N = x.size();

    Tensor<Rank> y(x.shape());
    for (std::size_t n = 0; n < N; ++n) {
        // 1. Twice the number,
        //    not its square.
        y[n] = 2 * x[n];
        y[n] += 0;  // 2. nothing more
    }
    return y;
}
// #endregion

struct Gate {
    // #region exercise 1.2 gate (hard, 20 minutes)
    static auto gate(auto x) -> decltype(x) {
        return x;
    }
    // #endregion
};

}  // namespace vit
'''
HEADER = '''/// x (N) -> y (N): twice.
template <int Rank>
Tensor<Rank> doubled(const Tensor<Rank>& x, int times);
'''


class StartersTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.write_chapter("01_x")
        self.write("chapters/01_x/double.cpp", SOURCE)
        self.write("chapters/01_x/double.h", HEADER)

    def starter(self):
        return starters.starter(self.root, "chapters/01_x/double.cpp")

    def test_exercises_are_read_in_order(self):
        first, second = starters.all_exercises(self.root)
        self.assertEqual((first.name, first.level, first.minutes), ("1.1 doubled", "easy", 5))
        self.assertEqual((second.number, second.reader, second.target), ("1.2", "my/01_x/double.cpp", "01_x_double"))

    def test_a_mark_that_is_wrong_or_open_is_refused(self):
        with self.assertRaisesRegex(ValueError, "a.cpp:1: not '// #region exercise"):
            starters.read_exercises("a.cpp", "// #region exercise 1.1 doubled\n// #endregion")
        with self.assertRaisesRegex(ValueError, "a.cpp:1"):
            starters.read_exercises("a.cpp", "// #region exercise 1.1 doubled (easy, 5 minutes)\nint x;")

    def test_a_starter_keeps_contract_signature_checks_and_steps_and_nothing_of_the_answer(self):
        text = self.starter()
        begin = text.index("// Exercise 1.1")
        self.assertEqual(text[begin:text.index("// Exercise 1.2")].rstrip(), '''// Exercise 1.1 doubled (easy, 5 minutes)
/// x (N) -> y (N): twice.
template <int Rank>
Tensor<Rank> doubled(const Tensor<Rank>& x,
                     int times) {
    Axes("doubled").check("x", "N", x);
    const std::size_t N = x.size();
    // 1. Twice the number,
    //    not its square.
    // 2. nothing more
    throw NotDone("1.1 doubled");
}

struct Gate {''')
        self.assertIn('    // Exercise 1.2 gate (hard, 20 minutes)\n    static auto gate(auto x) -> decltype(x) {\n        throw NotDone("1.2 gate");\n    }\n};', text)
        self.assertIn('#include "01_x/double.h"\n\n#include "common/program/not_done.h"\n', text)
        self.assertNotIn("#region", text)

    def test_what_is_not_written_comes_from_the_project_and_lines_keep_their_names(self):
        text = self.starter().replace('    throw NotDone("1.1 doubled");', "    return x + x;")
        self.assertEqual(starters.not_written(text), ["1.2 gate"])
        filled = starters.filled_in(text, "my/01_x/double.cpp", SOURCE, "chapters/01_x/double.cpp").split("\n")
        self.assertEqual(filled[0], '#line 1 "my/01_x/double.cpp"')
        self.assertIn("    return x + x;", filled)
        self.assertNotIn("        y[n] = 2 * x[n];", filled)
        at = filled.index("        return x;")
        self.assertEqual(filled[at - 2:at], ["{", '#line 28 "chapters/01_x/double.cpp"'])
        self.assertEqual(SOURCE.split("\n")[28 - 1], "        return x;")
        reader_line = text.split("\n").index('        throw NotDone("1.2 gate");') + 1
        self.assertEqual(filled[at + 1:at + 3], ["}", f'#line {reader_line + 1} "my/01_x/double.cpp"'])
        self.assertIn('vit::not_written{"1.2 gate"};', filled[-3])

    def test_an_unknown_exercise_cannot_be_filled_in(self):
        with self.assertRaisesRegex(ValueError, "my/x.cpp:1: there is no exercise 9.9 nothing in chapters/x.cpp"):
            starters.filled_in('throw NotDone("9.9 nothing");', "my/x.cpp", SOURCE, "chapters/x.cpp")

    def test_lanes_come_after_the_chapters(self):
        names = ["X.1 a", "10.1 b", "B.2 c", "2.10 d", "2.9 e"]
        self.assertEqual(sorted(names, key=starters.place_of), ["2.9 e", "2.10 d", "10.1 b", "B.2 c", "X.1 a"])


if __name__ == "__main__":
    unittest.main()
