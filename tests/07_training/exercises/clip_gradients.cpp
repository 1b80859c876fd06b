#include "07_training/clip_gradients.h"

#include <doctest/doctest.h>

#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Clip = std::function<double(const Parameters&, double)>;

/// The length of some numbers, and what is measured wrongly.
struct Slip {
    bool each_tensor = false, each_number = false, root = true, lengthens = false, returns_new = false,
         zero_means_zero = false;
    bool largest_number = false, adds_numbers = false, touches_infinite = false;
};

Clip with(const Slip& slip) {
    return [slip](const Parameters& gradients, double longest) {
        double squares = 0, largest = 0, sum = 0;
        for (const Parameter& g : gradients)
            for (double number : g.values) {
                squares += number * number;
                largest = std::max(largest, std::abs(number));
                sum += std::abs(number);
            }
        double norm = slip.root ? std::sqrt(squares) : squares;
        if (slip.largest_number) norm = largest;
        if (slip.adds_numbers) norm = sum;
        const bool clips = (longest > 0 || slip.zero_means_zero) && (norm > longest || slip.lengthens) &&
                           (std::isfinite(norm) || slip.touches_infinite);
        for (const Parameter& g : gradients) {
            double own = 0;
            for (double number : g.values) own += number * number;
            own = std::sqrt(own);
            for (double& number : g.values) {
                if (slip.each_number) {
                    if (longest > 0 && std::isfinite(norm)) number = std::clamp(number, -longest, longest);
                } else if (slip.each_tensor) {
                    if (longest > 0 && own > longest && std::isfinite(own)) number *= longest / own;
                } else if (clips) {
                    number *= longest / norm;
                }
            }
        }
        return slip.returns_new && clips ? longest : norm;
    };
}

Trial<Clip> try_on(const std::string& inputs, double longest, const Tensor<2>& weight, const Tensor<1>& bias) {
    return {.inputs = inputs,
            .run = [=](const Clip& f) -> Outputs {
                Tensor<2> dweight = weight;
                Tensor<1> dbias = bias;
                const double norm = f({parameter("weight", dweight), parameter("bias", dbias)}, longest);
                return {output("what is returned", norm), output("the weight's gradient", "OI", dweight),
                        output("the bias's gradient", "O", dbias)};
            },
            .tolerance = 1e-12};
}

Exercise<Clip> exercise() {
    const Tensor<2> weight = Rng(1).normal_tensor<2>({2, 3}, 0, 2), infinite{{1, INFINITY, 2}, {3, 4, 5}};
    const Tensor<1> bias = Rng(2).normal_tensor<1>({4});
    return {
        .name = "7.5 clip_gradients",
        .reference = with({}),
        .trials = {try_on("gradients (3) and (4), longest 1", 1, Tensor<2>{{3}}, Tensor<1>{4}),
                   try_on("random gradients, longest 2", 2, weight, bias),
                   try_on("gradients that are short enough", 100, weight, bias),
                   try_on("longest 0: not clipped", 0, weight, bias),
                   try_on("one gradient is infinite", 1, infinite, bias)},
        .wrong_answers = {
            {"clip_each_tensor",
             "each tensor clipped by its own length. All gradients together are one vector, which keeps its direction.",
             "", with({.each_tensor = true})},
            {"clip_each_number",
             "each number clipped by itself, which turns the vector. All are multiplied by one factor.", "",
             with({.each_number = true})},
            {"clip_by_squares", "the sum of squares for the length: its root is missing.", "", with({.root = false})},
            {"clip_lengthens", "short gradients made as long as is allowed. Only what is too long is changed.", "",
             with({.lengthens = true})},
            {"clip_returns_new_length",
             "the length after the clipping. Return how long they were: it tells how the run goes.", "",
             with({.returns_new = true})},
            {"clip_zero_means_zero", "gradients of 0 where the longest norm is 0. There 0 means: not clipped.", "",
             with({.zero_means_zero = true})},
            {"clip_by_largest_number", "the largest number for the length.", "", with({.largest_number = true})},
            {"clip_by_sum",
             "the sum of absolute values for the length: that is another norm. Square, add, take the root.", "",
             with({.adds_numbers = true})},
            {"clip_infinite",
             "gradients divided by an infinite length: all become 0 or NaN. What is not finite stays, so that it is "
             "seen.",
             "", with({.touches_infinite = true})},
        }};
}

}  // namespace

TEST_CASE("7.5 clip_gradients") {
    check(exercise(), clip_gradients);
}

TEST_CASE("7.5 clip_gradients: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
