#include "bugs/shortcut.h"

#include <doctest/doctest.h>

#include "common/tensor/random.h"
#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

/// One number's part of dx.
using Slope = std::function<double(double weight, double x, double dy)>;

/// dx from `slope`, and dweight by what each row adds to it.
ShortcutBackward with(
    const Slope& slope, const Slope& part = [](double, double x, double dy) { return dy * x * x; },
    bool overwrite = false, bool last_row_only = false) {
    return [=](const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy, Tensor<1>& dweight) {
        const auto [M, N] = x.shape();
        Tensor<2> dx = zeros_like(x);
        if (overwrite) dweight.fill(0);
        for (std::size_t m = 0; m < M; ++m)
            for (std::size_t n = 0; n < N; ++n) {
                dx(m, n) = slope(weight(n), x(m, n), dy(m, n));
                if (!last_row_only || m + 1 == M) dweight(n) += part(weight(n), x(m, n), dy(m, n));
            }
        return dx;
    };
}

double right_slope(double weight, double x, double dy) {
    return dy * (1 + 2 * weight * x);
}
double right_part(double, double x, double dy) {
    return dy * x * x;
}

Tensor<2> in_tensors(const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy, Tensor<1>& dweight) {
    const Tensor<1> part = xt::sum(x * dy * x, {0});
    dweight += part;
    return dy + 2 * x * weight * dy;
}

struct Inputs {
    Tensor<1> weight, collected;
    Tensor<2> x, dy;
};

Inputs random_inputs(std::uint64_t seed, std::size_t M, std::size_t N) {
    Rng rng(seed);
    return {.weight = rng.normal_tensor<1>({N}),
            .collected = rng.normal_tensor<1>({N}),
            .x = rng.normal_tensor<2>({M, N}),
            .dy = rng.normal_tensor<2>({M, N})};
}

enum class Look { both, dx_only, dweight_only };

/// Are dx and dweight close to the right ones?
TestOf<ShortcutBackward> compared_on(const Inputs& in, Look look = Look::both, double tolerance = 1e-9) {
    return [=](const ShortcutBackward& backward) {
        Tensor<1> dweight = in.collected, wanted = in.collected;
        const Tensor<2> dx = backward(in.weight, in.x, in.dy, dweight);
        const Tensor<2> wanted_dx = in_tensors(in.weight, in.x, in.dy, wanted);
        return (look == Look::dweight_only || same(dx, wanted_dx, "MN", tolerance)) &&
               (look == Look::dx_only || same(dweight, wanted, "N", tolerance));
    };
}

Exercise<TestOf<ShortcutBackward>> exercise() {
    const Inputs random = random_inputs(1, 3, 4);
    Inputs nothing_collected = random, zero_x = random, zero_weight = random, sum_of_y = random;
    nothing_collected.collected.fill(0);
    zero_x.x.fill(0);
    zero_weight.weight.fill(0);
    sum_of_y.dy.fill(1);

    return {
        .name = "B.3 shortcut_backward_is_right",
        .reference = compared_on(random),
        .trials = trials_of<ShortcutBackward>(
            {{"a way back in loops", with(right_slope)}, {"a way back in tensors", in_tensors}},
            {{"the way back of bugs/shortcut.h", suspect::shortcut_backward},
             {"the shortcut alone, without the branch", with([](double, double, double dy) { return dy; })},
             {"a branch without its factor 2", with([](double w, double x, double dy) { return dy * (1 + w * x); })},
             {"a branch that forgets dy", with([](double w, double x, double dy) { return dy + 2 * w * x; })},
             {"dweight = where += is meant", with(right_slope, right_part, true)},
             {"dweight from the last row alone", with(right_slope, right_part, false, true)},
             {"dweight without dy", with(right_slope, [](double, double x, double) { return x * x; })}}),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_checks_shape_only_of_shortcut",
             "that of a test that lets every code pass, as one does that looks at shapes alone. Hold the numbers "
             "against differences of a loss.",
             "",
             [=](const ShortcutBackward& backward) {
                 Tensor<1> dweight = random.collected;
                 return backward(random.weight, random.x, random.dy, dweight).shape() == random.x.shape();
             }},
            {"test_refuses_every_shortcut",
             "that of a test that refuses everything, right code too. Is the tolerance tighter than differences "
             "are? Is what was in dweight before forgotten?",
             "", [](const ShortcutBackward&) { return false; }},
            {"test_gradient_starts_at_zero",
             "that of a test whose dweight starts at 0: there = and += are the same. Let it start with other "
             "numbers, and look whether they are still in it.",
             "", compared_on(nothing_collected)},
            {"test_looks_at_dx_only", "that of a test that never looks at dweight. Every result is to be looked at.",
             "", compared_on(random, Look::dx_only)},
            {"test_looks_at_dweight_only", "that of a test that never looks at dx. Every result is to be looked at.",
             "", compared_on(random, Look::dweight_only)},
            {"test_uses_zero_x",
             "that of a test whose x is all zeros: the branch has nothing to say then. Take random numbers.", "",
             compared_on(zero_x)},
            {"test_uses_zero_weight",
             "that of a test whose weight is all zeros, as in a fresh layer: the branch gives nothing back then. "
             "Take random numbers.",
             "", compared_on(zero_weight)},
            {"test_uses_sum_of_outputs_as_loss",
             "that of a test whose loss is the sum of y: dy is then 1 everywhere, and a forgotten dy is not seen. "
             "Take the sum of y times random numbers.",
             "", compared_on(sum_of_y)},
            {"test_uses_ones_for_dx",
             "that of a test that looks at dx with a dy of ones: a forgotten dy is not seen there. Take random numbers "
             "for dy.",
             "",
             [=](const ShortcutBackward& backward) {
                 return compared_on(sum_of_y, Look::dx_only)(backward) &&
                        compared_on(random, Look::dweight_only)(backward);
             }},
            {"test_uses_ones_for_dweight",
             "that of a test that looks at dweight with a dy of ones: a forgotten dy is not seen there. Take random "
             "numbers for dy.",
             "",
             [=](const ShortcutBackward& backward) {
                 return compared_on(random, Look::dx_only)(backward) &&
                        compared_on(sum_of_y, Look::dweight_only)(backward);
             }},
            {"test_uses_one_row_of_x",
             "that of a test with a single row: rows that are overwritten or left out are not seen. Take several.", "",
             compared_on(random_inputs(2, 1, 4))},
        }};
}

}  // namespace

TEST_CASE("B.3 shortcut_backward_is_right") {
    check(exercise(), shortcut_backward_is_right);
}

TEST_CASE("B.3 shortcut_backward_is_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
