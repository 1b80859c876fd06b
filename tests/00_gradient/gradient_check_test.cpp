#include "00_gradient/gradient_check.h"

#include "common/tensor/random.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// loss = sum over (i, j) of u(i) sin(w(i, j)) + sum of b^3, whose gradients are u cos(w) and 3 b^2.
struct Example {
    Tensor<1> u;
    Tensor<2> w, dw;
    Tensor<1> b, db;

    Example() {
        Rng rng(1);
        u = rng.normal_tensor<1>({3});
        w = rng.normal_tensor<2>({3, 5});
        b = rng.normal_tensor<1>({4});
        dw = zeros_like(w);
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 5; ++j) dw(i, j) = u(i) * std::cos(w(i, j));
        }
        db = 3 * b * b;
    }

    double loss() const {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 5; ++j) sum += u(i) * std::sin(w(i, j));
        }
        for (double x : b) sum += x * x * x;
        return sum;
    }

    GradientReport check(std::size_t most = 200) {
        return check_gradients([this] { return loss(); }, {parameter("w", w), parameter("b", b)},
                               {parameter("w", dw), parameter("b", db)}, most);
    }
};

}  // namespace

TEST_CASE("right gradients pass, and the parameters are as before") {
    Example example;
    const Tensor<2> before = example.w;
    const GradientReport report = example.check();
    CHECK(worst(report) < 1e-7);
    CHECK(example.w == before);
    REQUIRE(report.size() == 2);
    CHECK(report[0].name == "w");
    CHECK(report[0].shape == Shape{3, 5});
    CHECK(report[0].checked == 15);
    CHECK(report[1].checked == 4);
}

TEST_CASE("a planted error is found, with its tensor, index and both values") {
    Example example;
    const double right = example.dw(1, 3);
    example.dw(1, 3) = right * 1.001;
    const GradientReport report = example.check();
    CHECK(report[0].index == 8);
    CHECK(report[0].analytic == right * 1.001);
    CHECK(report[0].numeric == doctest::Approx(right).epsilon(1e-8));
    CHECK(report[0].relative > 9e-4);
    CHECK(report[1].relative < 1e-7);
    CHECK(worst(report) == report[0].relative);
}

TEST_CASE("a gradient that was forgotten is an error of 100 %") {
    Example example;
    example.db.fill(0);
    CHECK(worst(example.check()) == doctest::Approx(1));
}

TEST_CASE("a gradient that is not a number is the worst error, wherever it stands") {
    for (std::size_t index : {0u, 2u, 3u}) {
        Example example;
        example.db(index) = NAN;
        const GradientReport report = example.check();
        CHECK(report[1].index == index);
        CHECK_FALSE(worst(report) < 1);
    }
    Example example;
    example.dw(0, 0) = NAN;  // in a tensor that is not the last one
    CHECK_FALSE(worst(example.check()) < 1);
}

TEST_CASE("at most so many elements are checked, spread over the tensor") {
    Example example;
    example.dw(2, 4) = 100;
    CHECK(example.check(1)[0].checked == 1);
    CHECK(example.check(5)[0].checked == 5);
    CHECK(example.check(15)[0].index == 14);
}

TEST_CASE("lists that do not belong together are refused") {
    Example e;
    const auto loss = [&] { return e.loss(); };
    CHECK(error_of([&] {
              check_gradients(loss, {parameter("w", e.w), parameter("b", e.b)}, {parameter("w", e.dw)});
          }) == "check_gradients: 2 parameters but 1 gradients");
    CHECK(error_of([&] { check_gradients(loss, {parameter("w", e.w)}, {parameter("v", e.dw)}); }) ==
          "check_gradients: parameter w (3, 5) but gradient v (3, 5)");
    CHECK(error_of([&] { check_gradients(loss, {parameter("w", e.w)}, {parameter("w", e.db)}); }) ==
          "check_gradients: parameter w (3, 5) but gradient w (4)");
}

TEST_CASE("the report is a table with one line for each tensor") {
    const GradientReport report{{"head.weight", {3, 5}, 15, 8, 0.5, -0.25, 1.5}};
    CHECK(to_string(report) ==
          "parameter    shape             checked       analytic        numeric      error\n"
          "head.weight  (3, 5)                 15   5.000000e-01  -2.500000e-01    1.5e+00\n");
}

}  // namespace vit
