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
    bool adds_lengths = false, to_one = false, divides_by_size = false, first_only = false, returns_factor = false;
    bool zero_by_zero = false;
    double added = 0;  // to the length, before the division
};

Clip with(const Slip& slip) {
    return [slip](const Parameters& gradients, double longest) {
        double squares = 0, largest = 0, sum = 0, lengths = 0, count = 0;
        for (const Parameter& g : gradients) {
            double own = 0;
            for (double number : g.values) {
                own += number * number;
                squares += number * number;
                largest = std::max(largest, std::abs(number));
                sum += std::abs(number);
            }
            lengths += std::sqrt(own);
            count += static_cast<double>(g.values.size());
        }
        double norm = slip.root ? std::sqrt(squares) : squares;
        if (slip.largest_number) norm = largest;
        if (slip.adds_numbers) norm = sum;
        if (slip.adds_lengths) norm = lengths;
        if (slip.divides_by_size) norm = std::sqrt(squares / count);
        const bool too_long = norm > longest || slip.lengthens || (slip.zero_by_zero && norm >= longest);
        const bool clips = (longest > 0 || slip.zero_means_zero || slip.zero_by_zero) && too_long &&
                           (std::isfinite(norm) || slip.touches_infinite);
        for (const Parameter& g : gradients) {
            if (slip.first_only && &g != &gradients.front()) break;
            double own = 0;
            for (double number : g.values) own += number * number;
            own = std::sqrt(own);
            for (double& number : g.values) {
                if (slip.each_number) {
                    if (longest > 0 && std::isfinite(norm)) number = std::clamp(number, -longest, longest);
                } else if (slip.each_tensor) {
                    if (longest > 0 && own > longest && std::isfinite(own)) number *= longest / own;
                } else if (clips) {
                    number *= (slip.to_one ? 1 : longest) / (norm + slip.added);
                }
            }
        }
        if (slip.returns_factor) return clips ? longest / norm : 1;
        return slip.returns_new && clips ? longest : norm;
    };
}

Trial<Clip> try_on(const std::string& inputs, double longest, const Tensor<2>& weight, const Tensor<1>& bias) {
    return {.inputs = inputs,
            .run = [=](const Clip& f) -> Outputs {
                Tensor<2> dweight = weight;
                Tensor<1> dbias = bias;
                const double norm = f({parameter("weight", dweight), parameter("bias", dbias)}, longest);
                return {output("returned length", norm), output("gradient of the weight", "OI", dweight),
                        output("gradient of the bias", "O", dbias)};
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
                   try_on("one gradient is infinite", 1, infinite, bias),
                   try_on("gradients that are all 0, longest 0", 0, zeros<2>({2, 3}), zeros<1>({4}))},
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
            {"clip_zero_by_zero",
             "gradients times largest_norm / norm also where largest_norm is 0: they become 0, and where they were 0, "
             "0 "
             "/ 0 is not a number. Ask first whether largest_norm is above 0; 0 means: not clipped.",
             "", with({.zero_by_zero = true})},
            {"clip_by_largest_number", "the largest number for the length.", "", with({.largest_number = true})},
            {"clip_by_sum",
             "the sum of absolute values for the length: that is another norm. Square, add, take the root.", "",
             with({.adds_numbers = true})},
            {"clip_adds_lengths",
             "the lengths of the tensors added up for the length of all. Add the squares, and take one root at the "
             "end.",
             "", with({.adds_lengths = true})},
            {"clip_by_mean_square",
             "the root of the mean square for the length: divided by how many numbers there are. The length is the "
             "root "
             "of the sum.",
             "", with({.divides_by_size = true})},
            {"clip_to_length_one",
             "gradients of length 1 where they were too long. They become as long as is allowed: largest_norm / norm.",
             "", with({.to_one = true})},
            {"clip_with_eps",
             "largest_norm / (norm + 1e-6), as PyTorch has it. A norm above largest_norm is not 0, so nothing need be "
             "added.",
             "", with({.added = 1e-6})},
            {"clip_first_tensor_only",
             "the first tensor shortened, and the others left: every number of every tensor gets the factor.", "",
             with({.first_only = true})},
            {"clip_returns_factor", "the factor returned in place of the length.", "", with({.returns_factor = true})},
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
