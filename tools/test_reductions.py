from reductions import findings
from testing import ProjectTest

KEPT = "a reduction is kept in auto"
INSIDE = "a reduction with keep_dims inside a larger expression"

BAD = (
    (KEPT, "auto s = xt::sum(x, {1});"),
    (KEPT, "const auto& m = xt::mean<Scalar>(x, {2}, xt::keep_dims);"),
    (KEPT, "auto&& m = xt::amax(x, {1});"),
    (KEPT, "const auto m =\n    xt::amin(x, {1});"),
    (KEPT, "auto i = xt::argmax(x, 1);"),
    (KEPT, "auto total = 2 * xt::prod(x)();"),
    (KEPT, "const auto v = xt::variance(x, {1});"),
    (KEPT, "visit([&](auto& x) { auto s = xt::sum(x); });"),
    (KEPT, "auto [a, b] = xt::minmax(x)();"),
    (INSIDE, "Tensor<2> y = x / xt::sum(x, {1}, xt::keep_dims);"),
    (INSIDE, "Tensor<2> y = xt::exp(x - xt::amax(x, {1}, xt::keep_dims));"),
    (INSIDE, "y = x -\n    xt::mean<Scalar>(x,\n        {1}, xt::keep_dims);"),
    (INSIDE, "Tensor<2> y = xt::sum(x, {1}, xt::keep_dims) + eps;"),
    (INSIDE, "return x / xt::sum(x, {1}, xt::keep_dims);"),
    ("includes xtensor; only xt.h", "}\n#include <xtensor/xmath.hpp>\nvoid g() {"),
    ("includes xtensor-blas; only matmul.cpp", "}\n#include <xtensor-blas/xlinalg.hpp>\nvoid g() {"),
    ("touches BLAS; only matmul.cpp", "y = xt::linalg::dot(a, b);"),
    ("touches BLAS; only matmul.cpp", "cblas_sgemm(1);"),
    ("sets the threads of OpenBLAS; only matmul.cpp", "openblas_set_num_threads(1);"),
    ("no xarray", "xt::xarray<float> x;"),
)
GOOD = (
    "Tensor<1> s = xt::sum(x, {1});",
    "Tensor<2> s = xt::sum(x, {1}, xt::keep_dims);",
    "const Tensor<2> m =\n    xt::mean<Scalar>(x, {1}, xt::keep_dims);",
    "return xt::sum(x, {1}, xt::keep_dims);",
    "Tensor<2> s(xt::sum(x, {1}, xt::keep_dims));",
    "visit([&](auto& x) { Tensor<1> s = xt::sum(x, {1}); });",
    '// auto s = xt::sum(x);  a comment\nf("xarray");',
    "const auto& row = rows[0]; Tensor<1> s = xt::sum(row, {0});",
    "}\n#include <xsimd/xsimd.hpp>\nvoid g() {",
)


class Reductions(ProjectTest):
    def found(self, body):
        self.write("chapters/03_x/a.cpp", f"void f() {{\n{body}\n}}\n")
        return list(findings(self.root))

    def test_bad_lines_are_found(self):
        for message, body in BAD:
            found = self.found(body)
            self.assertEqual(len(found), 1, body)
            self.assertRegex(found[0], rf"^chapters/03_x/a.cpp:[23]: {message}")

    def test_good_lines_are_left_alone(self):
        for body in GOOD:
            self.assertEqual(self.found(body), [], body)

    def test_each_library_has_its_place(self):
        self.write("common/tensor/xt.h", "#include <xtensor/xmath.hpp>\n")
        self.write("common/tensor/matmul.cpp", "#include <xtensor-blas/xlinalg.hpp>\nvoid f() { openblas_set_num_threads(1); }\n")
        self.assertEqual(list(findings(self.root)), [])

    def test_one_function_does_not_spoil_the_next(self):
        found = self.found("f((;\n}\nvoid g() {\nauto s = xt::sum(x);")
        self.assertEqual([line.split(": ")[0] for line in found], ["chapters/03_x/a.cpp:5"])
