#include "common/tensor/comparison.h"

#include <cmath>
#include <stdexcept>

#include "tests/testing.h"

namespace vit {
namespace {

/// (2, 3, 4), all different.
Tensor<3> counted() {
    Tensor<3> x = zeros<3>({2, 3, 4});
    for (std::size_t i = 0; i < x.size(); ++i) x.flat(i) = static_cast<Scalar>(i) / 4;
    return x;
}

/// What doctest prints of a comparison.
std::string words(const Comparison& comparison) {
    return doctest::toString(comparison).c_str();
}

}  // namespace

TEST_CASE("tensors that are the same are the same") {
    CHECK(same(counted(), counted(), "BNF"));
    CHECK(words(same(counted(), counted(), "BNF")) == "no difference");
    CHECK(same(Tensor<1>{1, 2}, {1, 2}, "D"));
}

TEST_CASE("tensors that differ say where, by the names of the axes") {
    Tensor<3> x = counted();
    x(1, 0, 3) = 4;
    CHECK(words(same(x, counted(), "BNF")) ==
          "first at B=1 N=0 F=3: got 4, wanted 3.75; largest difference 0.25 at B=1 N=0 F=3; 1 of 24 numbers differ");
    x(1, 2, 0) = 0;
    CHECK(words(same(x, counted(), "BNF", 1e-12)) ==
          "first at B=1 N=0 F=3: got 4, wanted 3.75; largest difference 5 at B=1 N=2 F=0; "
          "2 of 24 numbers differ by more than 1e-12");
    CHECK(words(compare(numbers(x), numbers(counted()), "", 0.1)) ==
          "first at (1, 2, 0): got 0, wanted 5; largest difference 5 at (1, 2, 0); "
          "1 of 24 numbers differ by more than 0.1");
}

TEST_CASE("a tolerance is absolute up to 1, and relative above") {
    CHECK(same(Tensor<1>{0.25, 4}, {0.5, 5}, "D", 0.25));
    CHECK_FALSE(same(Tensor<1>{0.25}, {0.5}, "D", 0.24));
    CHECK_FALSE(same(Tensor<1>{4}, {5}, "D", 0.19));
}

TEST_CASE("tensors of different shapes say which axis differs") {
    CHECK(words(same(counted(), zeros<3>({2, 5, 4}), "BNF", 1)) ==
          "shape (2, 3, 4), wanted (2, 5, 4): N is 3, wanted 5");
    CHECK(words(same(counted(), zeros<3>({3, 2, 4}), "BNF", 1)) ==
          "shape (2, 3, 4), wanted (3, 2, 4): B is 2, wanted 3; N is 3, wanted 2");
    CHECK(words(compare({{2}, {1, 1}}, {{1, 2}, {1, 1}}, "", 1)) == "shape (2), wanted (1, 2)");
}

TEST_CASE("not a number is the same as nothing, infinity only as itself") {
    CHECK_FALSE(same(Tensor<1>{NAN}, {NAN}, "D", 1));
    CHECK_FALSE(same(Tensor<1>{NAN}, {0}, "D", 1));
    CHECK_FALSE(same(Tensor<1>{0}, {NAN}, "D", 1));
    CHECK(same(Tensor<1>{INFINITY}, {INFINITY}, "D"));
    CHECK_FALSE(same(Tensor<1>{INFINITY}, {-INFINITY}, "D", 1));
    CHECK_FALSE(same(Tensor<1>{INFINITY}, {0}, "D", 1));
    CHECK(words(same(Tensor<1>{1, NAN}, {1, 2}, "D", 1)) ==
          "first at D=1: got nan, wanted 2; largest difference inf at D=1; 1 of 2 numbers differ by more than 1");
}

TEST_CASE("error_of gives the text of the error that was promised") {
    const auto fails = [] { throw std::invalid_argument("too small"); };
    CHECK(error_of<std::invalid_argument>(fails) == "too small");
    CHECK(error_of<std::logic_error>(fails) == "too small");  // an invalid_argument is one
    CHECK(error_of<std::runtime_error>(fails).find("too small") != std::string::npos);
    CHECK(error_of<std::runtime_error>(fails) != "too small");
    CHECK(error_of<std::runtime_error>([] {}) == "no error");
}

}  // namespace vit
