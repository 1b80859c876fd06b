#include "bugs/layer_norm.h"

#include <doctest/doctest.h>

#include <cmath>

#include "03_attention/layer_norm.h"
#include "common/tensor/random.h"
#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

/// What may be wrong in dx = scale (g - mean(g) - normalised mean(g normalised)), where g = weight dy.
struct Terms {
    bool mean = true, along = true, weight = true, weight_last = false, scale = true;
    double fewer = 0;  // the means divide by D minus this
};

Tensor<2> with(const Terms& terms, const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy) {
    const auto [M, D] = x.shape();
    const auto count = static_cast<double>(D);
    Tensor<2> dx = zeros_like(x);
    for (std::size_t m = 0; m < M; ++m) {
        double mean = 0, variance = 0, mean_g = 0, mean_along = 0;
        for (std::size_t d = 0; d < D; ++d) mean += x(m, d) / count;
        for (std::size_t d = 0; d < D; ++d) variance += (x(m, d) - mean) * (x(m, d) - mean) / count;
        const double deviation = std::sqrt(variance + 1e-6);
        const auto g = [&](std::size_t d) { return (terms.weight && !terms.weight_last ? weight(d) : 1) * dy(m, d); };
        for (std::size_t d = 0; d < D; ++d) {
            mean_g += g(d) / (count - terms.fewer);
            mean_along += g(d) * (x(m, d) - mean) / deviation / (count - terms.fewer);
        }
        for (std::size_t d = 0; d < D; ++d) {
            const double along = (x(m, d) - mean) / deviation * mean_along;
            dx(m, d) = g(d) - (terms.mean ? mean_g : 0) - (terms.along ? along : 0);
            if (terms.scale) dx(m, d) /= deviation;
            if (terms.weight_last) dx(m, d) *= weight(d);
        }
    }
    return dx;
}

NormBackward with(const Terms& terms) {
    return [terms](const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy) {
        return with(terms, weight, x, dy);
    };
}

Tensor<2> chapter_3(const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy) {
    const std::size_t M = x.shape()[0], D = x.shape()[1];
    LayerNorm p = make_layer_norm(D), grad = make_layer_norm(D);
    p.weight = weight;
    LayerNormCache cache;
    const Tensor<3> rows = xt::reshape_view(x, {std::size_t(1), M, D});
    const Tensor<3> drows = xt::reshape_view(dy, {std::size_t(1), M, D});
    layer_norm_forward(p, rows, cache);
    const Tensor<3> dx = layer_norm_backward(p, cache, drows, grad);
    return xt::reshape_view(dx, {M, D});
}

struct Inputs {
    Tensor<1> weight;
    Tensor<2> x, dy;
};

Inputs random_inputs(std::uint64_t seed, std::size_t M, std::size_t D) {
    Rng rng(seed);
    return {.weight = rng.normal_tensor<1>({D}),
            .x = rng.normal_tensor<2>({M, D}, 1, 2),
            .dy = rng.normal_tensor<2>({M, D})};
}

TestOf<NormBackward> compared_on(const Inputs& in, double tolerance = 1e-9) {
    return [=](const NormBackward& backward) {
        return bool(same(backward(in.weight, in.x, in.dy), with({}, in.weight, in.x, in.dy), "MD", tolerance));
    };
}

Exercise<TestOf<NormBackward>> exercise() {
    const Inputs random = random_inputs(1, 3, 5);
    Inputs fresh = random, sum_of_y = random, sum_of_squares = random, normed = random;
    for (Inputs* in : {&fresh, &sum_of_y, &sum_of_squares}) in->weight.fill(1);
    sum_of_y.dy.fill(1);
    sum_of_squares.dy = 2 * norm_forward(sum_of_squares.weight, random.x);
    normed.x = norm_forward(fresh.weight, random.x);

    return {
        .name = "B.4 norm_backward_is_right",
        .reference = compared_on(random),
        .trials = trials_of<NormBackward>(
            {{"the LayerNorm of chapter 3", chapter_3}, {"a LayerNorm in plain loops", with(Terms{})}},
            {{"the LayerNorm of bugs/layer_norm.h", suspect::norm_backward},
             {"a LayerNorm that does not take away the mean of dnormalised", with(Terms{.mean = false})},
             {"a LayerNorm that takes away neither term", with(Terms{.mean = false, .along = false})},
             {"a LayerNorm that forgets the weight", with(Terms{.weight = false})},
             {"a LayerNorm that multiplies by the weight in the end", with(Terms{.weight_last = true})},
             {"a LayerNorm that does not divide by the standard deviation", with(Terms{.scale = false})},
             {"a LayerNorm whose means divide by D - 1", with(Terms{.fewer = 1})}}),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_checks_shape_only_of_norm",
             "that of a test that lets every code pass, as one does that looks at the shape alone. Hold the numbers "
             "against differences of a loss.",
             "",
             [=](const NormBackward& backward) {
                 return backward(random.weight, random.x, random.dy).shape() == random.x.shape();
             }},
            {"test_refuses_every_norm",
             "that of a test that refuses everything, right code too. Is the tolerance tighter than differences "
             "are? Is dy the gradient of the loss that was differentiated?",
             "", [](const NormBackward&) { return false; }},
            {"test_uses_sum_as_upstream",
             "that of a test whose loss is the sum of y: with weight 1 every row of y sums to 0, so this loss has "
             "no "
             "slope, and most terms of dx are 0. Take the sum of y times random numbers.",
             "HomericIntelligence/Odyssey#3666", compared_on(sum_of_y, 1e-5)},
            {"test_uses_sum_of_squares_as_loss",
             "that of a test whose loss is the sum of y²: with weight 1 that is D for every row, whatever x is, and "
             "has no slope either. Take the sum of y times random numbers.",
             "", compared_on(sum_of_squares, 1e-5)},
            {"test_uses_fresh_weight",
             "that of a test whose weight is 1 everywhere, as in a fresh layer: a weight that is forgotten, or that "
             "comes at the wrong place, is not seen. Take random numbers.",
             "", compared_on(fresh)},
            {"test_uses_normed_rows",
             "that of a test whose rows have a variance of 1 already: there is nothing to divide by. Make them "
             "wider.",
             "", compared_on(normed, 1e-4)},
            {"test_checks_sum_of_dx",
             "that of a test that asks whether each row of dx sums to 0. So it must, but other things do so too: "
             "compare every number.",
             "",
             [=](const NormBackward& backward) {
                 const std::vector<double> sums =
                     row_sums(output("dx", "MD", backward(random.weight, random.x, random.dy)));
                 return std::ranges::all_of(sums, [](double sum) { return std::abs(sum) < 1e-9; });
             }},
            {"test_tolerance_too_wide_for_norm",
             "that of a test whose tolerance is too wide: differences of doubles are right to about 1e-9. "
             "Two percent is a mistake.",
             "", compared_on(random_inputs(2, 2, 60), 0.02)},
        }};
}

}  // namespace

TEST_CASE("B.4 norm_backward_is_right") {
    check(exercise(), norm_backward_is_right);
}

TEST_CASE("B.4 norm_backward_is_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
