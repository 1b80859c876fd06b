#include "03_attention/layer_norm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(const LayerNorm&, const Tensor<3>&, LayerNormCache&)>;
using Backward = std::function<Tensor<3>(const LayerNorm&, const LayerNormCache&, const Tensor<3>&, LayerNorm&)>;

/// Which numbers share a mean and a variance with x(b, n, d).
using Group =
    std::function<bool(std::size_t b, std::size_t n, std::size_t d, std::size_t b2, std::size_t n2, std::size_t d2)>;

bool same_token(std::size_t b, std::size_t n, std::size_t, std::size_t b2, std::size_t n2, std::size_t) {
    return b == b2 && n == n2;
}

/// What is done to a row, and how it is done wrongly.
struct Recipe {
    Group group = same_token;
    bool takes_mean = true, takes_root = true, eps_in_root = true, has_eps = true;
    std::size_t fewer = 0;  // taken from the number of squares
    bool scales = true, shifts = true, swaps = false, scales_bias = false;
    bool keeps_undivided = false;  // x - mean in the cache
    bool one_pass = false;         // the variance from the sums of x and of x²
};

Tensor<3> normalise(const Recipe& recipe, const LayerNorm& p, const Tensor<3>& x, LayerNormCache& cache) {
    const auto [B, N, D] = x.shape();
    cache.normalised = zeros<3>({B, N, D});
    cache.inverse_std = zeros<2>({B, N});
    Tensor<3> y = zeros<3>({B, N, D});
    const double eps = recipe.has_eps ? p.eps : 0;
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t n = 0; n < N; ++n)
            for (std::size_t d = 0; d < D; ++d) {
                std::vector<double> group;
                for (std::size_t b2 = 0; b2 < B; ++b2)
                    for (std::size_t n2 = 0; n2 < N; ++n2)
                        for (std::size_t d2 = 0; d2 < D; ++d2)
                            if (recipe.group(b, n, d, b2, n2, d2)) group.push_back(x(b2, n2, d2));
                double mean = 0, squares = 0;
                for (double number : group) mean += number / static_cast<double>(group.size());
                if (!recipe.takes_mean) mean = 0;
                for (double number : group) squares += (number - mean) * (number - mean);
                double variance = squares / static_cast<double>(group.size() - recipe.fewer);
                if (recipe.one_pass) {
                    double mean_square = 0;
                    for (double number : group) mean_square += number * number / static_cast<double>(group.size());
                    variance = mean_square - mean * mean;
                }
                double inverse_std =
                    recipe.eps_in_root ? 1 / std::sqrt(variance + eps) : 1 / (std::sqrt(variance) + eps);
                if (!recipe.takes_root) inverse_std = 1 / (variance + eps);
                cache.inverse_std(b, n) = inverse_std;
                cache.normalised(b, n, d) = (x(b, n, d) - mean) * inverse_std;
                const double scale = recipe.swaps ? p.bias(d) : p.weight(d),
                             shift = recipe.swaps ? p.weight(d) : p.bias(d);
                y(b, n, d) = (recipe.scales ? scale : 1) * cache.normalised(b, n, d) +
                             (recipe.shifts ? shift * (recipe.scales_bias ? scale : 1) : 0);
                if (recipe.keeps_undivided) cache.normalised(b, n, d) = x(b, n, d) - mean;
            }
    return y;
}

Forward recipe(const Recipe& recipe) {
    return [recipe](const LayerNorm& p, const Tensor<3>& x, LayerNormCache& cache) {
        return normalise(recipe, p, x, cache);
    };
}

LayerNorm random_norm(std::size_t width, double eps) {
    LayerNorm p = make_layer_norm(width, eps);
    Rng rng(1);
    rng.fill_normal(p.weight.storage(), 1, 0.5);
    rng.fill_normal(p.bias.storage(), 0.3, 0.5);
    return p;
}

Trial<Forward> try_on(const std::string& inputs, const LayerNorm& p, const Tensor<3>& x) {
    return {.inputs = inputs,
            .run = [p, x](const Forward& f) -> Outputs {
                LayerNormCache cache;
                const Tensor<3> y = f(p, x, cache);
                return {output("cache.normalised", "BND", cache.normalised),
                        output("cache.inverse_std", "BN", cache.inverse_std), output("y", "BND", y)};
            },
            .givens = {output("x", "BND", x)},
            .tolerance = 1e-10};
}

Exercise<Forward> forward_exercise() {
    LayerNorm plain = make_layer_norm(2, 0);
    initialise(plain);
    Tensor<3> hard = Rng(3).normal_tensor<3>({2, 4, 5});
    xt::view(hard, 0, 1) = 0.75;
    xt::view(hard, 0, 2) *= 1e-3;
    xt::view(hard, 1, 3) += 100;
    const Group over_tokens = [](auto b, auto, auto d, auto b2, auto, auto d2) { return b == b2 && d == d2; };
    const Group over_batch = [](auto, auto n, auto d, auto, auto n2, auto d2) { return n == n2 && d == d2; };
    const Group over_image = [](auto b, auto, auto, auto b2, auto, auto) { return b == b2; };
    return {
        .name = "3.3 layer_norm_forward",
        .reference = recipe({}),
        .trials = {try_on("the row (1, 3) with weight 1, bias 0 and eps 0", plain, Tensor<3>{{{1, 3}}}),
                   try_on("random numbers, B=2 N=3 D=5, eps=0.5", random_norm(5, 0.5),
                          Rng(2).normal_tensor<3>({2, 3, 5}, 1, 2)),
                   try_on("a row whose numbers are equal, one of size 0.001, one near 100", random_norm(5, 1e-6), hard),
                   // Their squares are 2^54 + 2^28 and 2^54 - 2^28, rounded: the mean square is 2^54, the mean's too.
                   try_on("the row (134217729, 134217727, 134217729, 134217727), eps=0.001: variance 1",
                          random_norm(4, 1e-3), Tensor<3>{{{134217729, 134217727, 134217729, 134217727}}})},
        .promises = {{"every row of cache.normalised has mean 0",
                      [](const Outputs& made) {
                          return std::ranges::all_of(row_sums(made[0]),
                                                     [](double sum) { return std::abs(sum) < 1e-6; });
                      }}},
        .wrong_answers = {
            {"ln_over_tokens",
             "a norm over the tokens: each number d has mean 0 along N. A LayerNorm looks at one token's own D numbers "
             "and at no other token.",
             "jadore801120/attention-is-all-you-need-pytorch#17", recipe({.group = over_tokens})},
            {"ln_over_batch",
             "a norm over the batch, as BatchNorm has it: the result for one image depends on the others. The D "
             "numbers of one token are a group of their own.",
             "tensorflow/addons#2142", recipe({.group = over_batch})},
            {"ln_over_two_axes", "one mean and one variance for a whole image, over N and D. Each token has its own.",
             "reczoo/FuxiCTR#23", recipe({.group = over_image})},
            {"ln_unbiased_variance",
             "a variance divided by D - 1. It describes this row, and estimates nothing: divide by D.",
             "harvardnlp/annotated-transformer#119", recipe({.fewer = 1})},
            {"ln_one_pass_variance",
             "a variance by mean(x²) - mean(x)². Both are large where a row is far from 0, and rounding eats their "
             "difference: it may even be negative, and has no root then. Take the mean away first, then square.",
             "", recipe({.one_pass = true})},
            {"ln_cache_not_divided",
             "a norm that is right but for cache.normalised: it holds x - mean, not yet divided by the standard "
             "deviation. The way back reads what the scale was applied to.",
             "", recipe({.keeps_undivided = true})},
            {"ln_eps_outside_root",
             "1 / (√variance + eps): eps stands outside the root. It belongs inside: 1 / √(variance + eps).",
             "codertimo/BERT-pytorch#30, tracel-ai/burn#2185", recipe({.eps_in_root = false})},
            {"ln_no_eps", "1 / √variance without eps: for a row of equal numbers that is 1 / 0.", "",
             recipe({.has_eps = false})},
            {"ln_no_root", "a division by the variance. Divide by the standard deviation, its root.", "",
             recipe({.takes_root = false})},
            {"ln_no_mean", "x divided by its size; the mean was not taken away first (this is RMSNorm, another layer).",
             "", recipe({.takes_mean = false})},
            {"ln_affine_ignored",
             "the normalised row alone: weight and bias are not used. y = weight * normalised + bias.",
             "harvard-edge/cs249r_book#1504", recipe({.scales = false, .shifts = false})},
            {"ln_no_bias", "weight * normalised, without the bias.", "", recipe({.shifts = false})},
            {"ln_bias_scaled", "weight * (normalised + bias). The bias is added after the scale.", "",
             recipe({.scales_bias = true})},
            {"ln_affine_swapped", "bias * normalised + weight: the two parameters have changed places.", "",
             recipe({.swaps = true})},
        }};
}

/// What the way back leaves out or does wrongly.
struct Way {
    bool mean = true, along = true, weight = true, inverse_std = true, adds = true, swaps = false;
    bool one_row = false;  // the parameters hear of the last row only
    double along_sign = 1;
    bool first_std = false;
    bool sum_for_mean = false, sum_for_along = false;  // not divided by D
    bool along_of_dy = false;                          // without the weight, in the second mean
    bool carries_over = false;                         // dnormalised adds up from row to row
};

Tensor<3> way_back(const Way& way, const LayerNorm& p, const LayerNormCache& cache, const Tensor<3>& dy,
                   LayerNorm& grad) {
    const auto [B, N, D] = dy.shape();
    Tensor<3> dx = zeros<3>({B, N, D});
    Tensor<1> dweight = zeros<1>({D}), dbias = zeros<1>({D}), so_far = zeros<1>({D});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t n = 0; n < N; ++n) {
            if (way.one_row) dweight.fill(0), dbias.fill(0);
            double mean = 0, along = 0;
            for (std::size_t d = 0; d < D; ++d)
                so_far(d) = dy(b, n, d) * (way.weight ? p.weight(d) : 1) + (way.carries_over ? so_far(d) : 0);
            const auto dnormalised = [&](std::size_t d) { return so_far(d); };
            for (std::size_t d = 0; d < D; ++d) {
                dweight(d) += dy(b, n, d) * (way.swaps ? 1 : cache.normalised(b, n, d));
                dbias(d) += dy(b, n, d) * (way.swaps ? cache.normalised(b, n, d) : 1);
                mean += dnormalised(d) / static_cast<double>(D);
                along += (way.along_of_dy ? dy(b, n, d) : dnormalised(d)) * cache.normalised(b, n, d) /
                         static_cast<double>(D);
            }
            if (way.sum_for_mean) mean *= static_cast<double>(D);
            if (way.sum_for_along) along *= static_cast<double>(D);
            for (std::size_t d = 0; d < D; ++d)
                dx(b, n, d) = (dnormalised(d) - (way.mean ? mean : 0) -
                               (way.along ? way.along_sign * cache.normalised(b, n, d) * along : 0)) *
                              (way.inverse_std ? cache.inverse_std(way.first_std ? 0 : b, way.first_std ? 0 : n) : 1);
        }
    for (std::size_t d = 0; d < D; ++d) {
        grad.weight(d) = dweight(d) + (way.adds ? grad.weight(d) : 0);
        grad.bias(d) = dbias(d) + (way.adds ? grad.bias(d) : 0);
    }
    return dx;
}

Backward way(const Way& way) {
    return [way](const LayerNorm& p, const LayerNormCache& cache, const Tensor<3>& dy, LayerNorm& grad) {
        return way_back(way, p, cache, dy, grad);
    };
}

Trial<Backward> try_back(const std::string& inputs, const LayerNorm& p, const Tensor<3>& x, const Tensor<3>& dy,
                         const LayerNorm& before, double tolerance = 1e-11) {
    LayerNormCache cache;
    normalise({}, p, x, cache);
    return {.inputs = inputs,
            .run = [p, cache, dy, before](const Backward& f) -> Outputs {
                LayerNorm grad = before;
                const Tensor<3> dx = f(p, cache, dy, grad);
                return {output("dx", "BND", dx), output("grad.weight", "D", grad.weight),
                        output("grad.bias", "D", grad.bias)};
            },
            .givens = {output("dy", "BND", dy), output("what was in grad.weight", "D", before.weight),
                       output("what was in grad.bias", "D", before.bias)},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const LayerNorm p = random_norm(5, 0.5);
    LayerNorm two = make_layer_norm(2, 0);
    initialise(two);
    const Tensor<3> scores = Rng(4).normal_tensor<3>({2, 3, 5}, 1, 2), upstream = Rng(5).normal_tensor<3>({2, 3, 5});
    LayerNorm before = random_norm(5, 0.5);
    before.weight *= 3;
    return {
        .name = "3.4 layer_norm_backward",
        .reference = way({}),
        .trials = {try_back("x = (1, 3), dy = (1, 0), eps 0: there is nothing that x could change", two,
                            Tensor<3>{{{1, 3}}}, Tensor<3>{{{1, 0}}}, make_layer_norm(2, 0)),
                   try_back("random numbers, B=2 N=3 D=5, in gradients that are not zero before", p, scores, upstream,
                            before),
                   try_back("gradients of size 1e-6", p, scores, upstream * 1e-6, make_layer_norm(5, 0.5), 1e-16)},
        .promises = {{"every row of dx sums to 0: adding the same to all numbers of a row changes nothing",
                      [](const Outputs& made) {
                          return std::ranges::all_of(row_sums(made[0]),
                                                     [](double sum) { return std::abs(sum) < 1e-9; });
                      }}},
        .wrong_answers = {
            {"ln_backward_no_mean",
             "dx without - mean(dnormalised). Every number of the row moved the mean, so each gets its part of that.",
             "", way({.mean = false})},
            {"ln_backward_short",
             "dx without - normalised mean(dnormalised normalised). Every number moved the variance, too. (A loss that "
             "is the sum of y cannot see this.)",
             "HomericIntelligence/Odyssey#3666", way({.along = false})},
            {"ln_backward_sum_for_mean", "dx with the sum of dnormalised, where its mean is meant: divide by D.", "",
             way({.sum_for_mean = true})},
            {"ln_backward_sum_for_second_mean",
             "dx with the sum of dnormalised normalised, where its mean is meant: divide by D.", "",
             way({.sum_for_along = true})},
            {"ln_backward_sums_for_means",
             "dx with two sums where two means are meant: divide both by D, the number of numbers in a row.", "",
             way({.sum_for_mean = true, .sum_for_along = true})},
            {"ln_backward_second_mean_of_dy",
             "dx with mean(dy normalised) as its second mean. It is the mean of dnormalised normalised: the weight "
             "belongs to both.",
             "", way({.along_of_dy = true})},
            {"ln_backward_carries_over",
             "dx from a dnormalised to which each row added its own: = is meant, not +=. Every row begins anew; only "
             "the gradients of weight and bias collect.",
             "", way({.carries_over = true})},
            {"ln_backward_constant_statistics",
             "inverse_std dnormalised: as if mean and variance were constants. They depend on x, and both mean terms "
             "come from there.",
             "", way({.mean = false, .along = false})},
            {"ln_backward_no_weight",
             "dx from dy instead of dnormalised = weight dy: the scale of step 3 was left out on the way back.", "",
             way({.weight = false})},
            {"ln_backward_no_inverse_std",
             "dx without the factor inverse_std: the division by the standard deviation was left out on the way back.",
             "", way({.inverse_std = false})},
            {"ln_gradient_overwritten",
             "grad = ... where grad += ... is meant: what other layers or images had put there is lost.",
             "karpathy/nn-zero-to-hero#52", way({.adds = false})},
            {"ln_gradient_of_one_row",
             "gradients of weight and bias from the last row alone. All B N rows used the same weight and bias: the "
             "gradients collect from all of them.",
             "", way({.one_row = true})},
            {"ln_gradient_set_in_the_loop",
             "what the last row alone gives, put in place of what was there: = where += is meant, inside the loop over "
             "the rows.",
             "", way({.adds = false, .one_row = true})},
            {"ln_backward_wrong_sign", "dx with + normalised mean(dnormalised normalised). Both means are taken away.",
             "", way({.along_sign = -1})},
            {"ln_backward_first_std", "dx with the first row's inverse_std for every row.", "",
             way({.first_std = true})},
            {"ln_gradients_swapped",
             "the gradient of the bias for that of the weight, and the other way round: dweight is dy normalised, "
             "dbias "
             "is dy.",
             "", way({.swaps = true})},
        }};
}

}  // namespace

TEST_CASE("3.3 layer_norm_forward") {
    check(forward_exercise(), layer_norm_forward);
}

TEST_CASE("3.3 layer_norm_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("3.4 layer_norm_backward") {
    check(backward_exercise(), layer_norm_backward);
}

TEST_CASE("3.4 layer_norm_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
