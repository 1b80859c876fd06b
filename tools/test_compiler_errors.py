"""Tests of compiler_errors.py."""
import tempfile
import unittest
from pathlib import Path

import compiler_errors

IN_HEADER = """\
In file included from /usr/include/xtensor/xassign.hpp:30,
                 from /home/me/tutorial/my/01_patch_embedding/linear.cpp:3:
/usr/include/xtensor/xsemantic.hpp: In instantiation of ‘f(x)’:
/usr/include/xtensor/xsemantic.hpp:530:24:   required from ‘g(x)’
/home/me/tutorial/my/01_patch_embedding/linear.cpp:2:15:   required from here
/usr/include/xtensor/xassign.hpp:456:21: error: no match for call to ‘(std::plus<void>) (double&, const std::span<const double>&)’
  456 |     *it = f(*it);
"""
OWN = """\
/home/me/tutorial/my/01_patch_embedding/linear.cpp:1:9: error: no matching function for call to ‘xt::xtensor_container<xt::uvector<double, xsimd::aligned_allocator<double, 16> >, 3, xt::layout_type::row_major>::f()’
    1 |     y.f();
      |         ^
/home/me/tutorial/my/01_patch_embedding/linear.cpp:1:9: error: no matching function for call to ‘xt::xtensor_container<xt::uvector<double, xsimd::aligned_allocator<double, 16> >, 3, xt::layout_type::row_major>::f()’
"""


class OfReader(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "my/01_patch_embedding").mkdir(parents=True)
        (self.root / "my/01_patch_embedding/linear.cpp").write_text("y.f();\ngrad.bias += row;\n")

    def test_an_error_in_a_header_is_told_at_the_readers_line(self):
        self.assertEqual(compiler_errors.of_reader(self.root, IN_HEADER), [
            "my/01_patch_embedding/linear.cpp:2:15: this leads to an error in a header:", "    2 | grad.bias += row;",
            "    no match for call to ‘(std::plus<void>) (double&, const std::span<const double>&)’"])

    def test_a_readers_own_error_is_told_once_and_its_types_are_short(self):
        shown = compiler_errors.of_reader(self.root, OWN)
        self.assertEqual(shown[0], "my/01_patch_embedding/linear.cpp:1:9: error: no matching function for call to ‘Tensor<3>::f()’")
        self.assertEqual(len([line for line in shown if "error" in line]), 1)

    def test_errors_that_do_not_lead_to_the_reader_are_left_out(self):
        self.assertEqual(compiler_errors.of_reader(self.root, "/usr/include/x.h:1:2: error: no\n"), [])


if __name__ == "__main__":
    unittest.main()
