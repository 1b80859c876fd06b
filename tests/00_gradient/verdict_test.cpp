#include "00_gradient/verdict.h"

#include <cmath>

#include "tests/testing.h"

namespace vit {
namespace {

const GradientReport report{{.name = "bias", .shape = {5}, .checked = 5, .largest = 2, .relative = 1e-9},
                            {.name = "head.weight",
                             .shape = {3, 5},
                             .checked = 15,
                             .largest = 0.75,
                             .index = 8,
                             .analytic = 0.5,
                             .numeric = -0.25,
                             .relative = 1.5},
                            {.name = "x",
                             .shape = {2, 3, 4},
                             .checked = 20,
                             .largest = 3,
                             .factor = 2,
                             .index = 23,
                             .analytic = 3,
                             .numeric = 1.5,
                             .relative = 0.5}};

}  // namespace

TEST_CASE("the report is a table with one line for each tensor") {
    CHECK(to_string(GradientReport{report[1]}) ==
          "parameter    shape             checked    largest       analytic        numeric      error\n"
          "head.weight  (3, 5)                 15    7.5e-01   5.000000e-01  -2.500000e-01    1.5e+00\n");
}

TEST_CASE("what is wrong is told in one line for each tensor, the worst first") {
    const std::string weight = "head.weight(1, 3): analytic 0.5, numeric -0.25, error 1.5e+00";
    const std::string x = "x(1, 2, 3): analytic 3, numeric 1.5, error 5.0e-01; everywhere analytic = 2 x numeric";
    CHECK(wrong_gradients(report, 1e-6) == std::vector<std::string>{weight, x});
    CHECK(wrong_gradients({report[2], report[1], report[0]}, 1e-6) == std::vector<std::string>{weight, x});
    CHECK(wrong_gradients(report, 1) == std::vector<std::string>{weight});
    CHECK(wrong_gradients(report, 2).empty());
}

TEST_CASE("an error that is not a number is wrong whatever is allowed") {
    CHECK(wrong_gradients({{.name = "bias", .shape = {5}, .relative = INFINITY}}, 1).size() == 1);
    CHECK(wrong_gradients({{.name = "bias", .shape = {5}, .relative = NAN}}, 1).size() == 1);
}

TEST_CASE("a second backward pass that overwrites is found and explained") {
    Tensor<2> weight{{1, 2, 3}, {4, 5, 6}}, weight_twice = 2 * weight;
    Tensor<1> bias{0.25, 0.5}, bias_twice = 2 * bias;
    const auto error = [&] {
        return second_run_error({parameter("weight", weight), parameter("bias", bias)},
                                {parameter("weight", weight_twice), parameter("bias", bias_twice)});
    };
    CHECK(error() == "");
    bias_twice = bias;
    CHECK(error() ==
          "backward ran twice; the second run must ADD its gradients to grad (+=), but bias(0) is 0.25 after it, "
          "wanted 0.5");
    weight_twice(1, 2) = NAN;
    CHECK(error() ==
          "backward ran twice; the second run must ADD its gradients to grad (+=), but weight(1, 2) is nan after it, "
          "wanted 12");
}

}  // namespace vit
