#include "02_class_token_and_position/dropout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

/// The function for both ranks: tokens (B, N, D), and the attention weights (B, A, M, N) of chapter 3.
struct Forward {
    std::function<Tensor<3>(double, Tensor<3>, DropoutCache<3>&, Rng*)> tokens;
    std::function<Tensor<4>(double, Tensor<4>, DropoutCache<4>&, Rng*)> weights;
};
struct Backward {
    std::function<Tensor<3>(const DropoutCache<3>&, Tensor<3>)> tokens;
    std::function<Tensor<4>(const DropoutCache<4>&, Tensor<4>)> weights;
};

struct Slip {
    std::function<double(double)> kept = [](double p) { return 1 / (1 - p); };
    bool drops_rest = false, whole_rows = false, while_asleep = false, keeps_scale = true, says_active = true;
    bool remembers = false, repeats = false, one_draw = false, draws_twice = false, multiplies = true;
    bool one_row = false;  // the first row's draws for all rows
};

template <std::size_t Rank>
Tensor<Rank> drop(const Slip& slip, double p, const Tensor<Rank>& x, DropoutCache<Rank>& cache, Rng* rng) {
    Rng own(5);
    const bool active = (rng != nullptr || slip.while_asleep) && p > 0;
    if (!slip.remembers || active) cache.active = active && slip.says_active;
    if (!active) return x;
    Rng& draw = rng && !slip.repeats ? *rng : own;
    Tensor<Rank> scale = x, y = x;
    double drawn = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t width = x.shape().back();
        const bool same_as_before = slip.one_draw || (slip.whole_rows && i % width > 0) || (slip.one_row && i >= width);
        if (i == 0 || !same_as_before) drawn = draw.uniform();
        const bool dropped = (drawn < p) != slip.drops_rest;
        scale.data()[i] = dropped ? 0 : slip.kept(p);
        if (slip.one_row && i >= width) scale.data()[i] = scale.data()[i - width];
        const bool other = slip.draws_twice && draw.uniform() < p;
        if (slip.draws_twice)
            y.data()[i] *= other ? 0 : slip.kept(p);
        else if (slip.multiplies)
            y.data()[i] *= scale.data()[i];
    }
    if (slip.keeps_scale) cache.scale = scale;
    return y;
}

Forward with(const Slip& slip) {
    return {[slip](double p, const Tensor<3>& x, DropoutCache<3>& cache, Rng* rng) {
                return drop<3>(slip, p, x, cache, rng);
            },
            [slip](double p, const Tensor<4>& x, DropoutCache<4>& cache, Rng* rng) {
                return drop<4>(slip, p, x, cache, rng);
            }};
}

/// What must hold whatever is drawn: which factors there are, about how many numbers are dropped, that neighbours do
/// not fall together, that the cache tells what was done.
template <std::size_t Rank, class Function>
Outputs what_holds(const Function& f, double p, bool training, const std::array<std::size_t, Rank>& shape) {
    const Tensor<Rank> x = Rng(1).normal_tensor<Rank>(shape, 3, 0.1);  // no number is 0
    DropoutCache<Rank> cache;
    Rng rng(2);
    const Tensor<Rank> before = f(p, x, cache, &rng);  // another pass, with the same cache
    const Tensor<Rank> y = f(p, x, cache, training ? &rng : nullptr);
    double dropped = 0, pairs = 0, above = 0, differs = 0, repeated = 0, smallest = INFINITY, largest = 0;
    for (std::size_t i = 0; i < x.size() && y.size() == x.size() && before.size() == x.size(); ++i) {
        const double factor = y.data()[i] / x.data()[i];
        if (factor != 0) smallest = std::min(smallest, factor);
        largest = std::max(largest, factor);
        dropped += factor == 0;
        pairs += i > 0 && factor == 0 && y.data()[i - 1] == 0;
        if (const std::size_t width = shape.back(); i >= width) above += factor == 0 && y.data()[i - width] == 0;
        repeated += factor == 0 && before.data()[i] == 0;
        const double said = !cache.active ? 1 : cache.scale.size() == x.size() ? cache.scale.data()[i] : -1;
        differs += std::abs(said - factor) > 1e-12;
    }
    const auto tenths = [&x](double count) { return std::round(10 * count / static_cast<double>(x.size())) / 10; };
    return {output("size of y", static_cast<double>(y.size())),
            output("cache.active", cache.active ? 1 : 0),
            output("largest factor y / x", largest),
            output("smallest factor y / x that is not 0", std::isfinite(smallest) ? smallest : 0),
            output("dropped share (in tenths)", tenths(dropped)),
            output("share of neighbours dropped together (in tenths)", tenths(pairs)),
            output("share dropped together with the number in the row before (in tenths)", tenths(above)),
            output("share dropped again in the next pass (in tenths)", tenths(repeated)),
            output("share of numbers whose cache.scale is not y / x (in tenths)", tenths(differs))};
}

Trial<Forward> try_on(const std::string& inputs, double p, bool training) {
    return {.inputs = inputs,
            .run =
                [=](const Forward& f) {
                    return what_holds<3>(f.tokens, p, training, {20, 30, 50});
                },
            .constants = {{"p", p}, {"1 - p", 1 - p}}};
}

Trial<Forward> try_on_weights(const std::string& inputs, double p) {
    return {.inputs = inputs,
            .run =
                [=](const Forward& f) {
                    return what_holds<4>(f.weights, p, true, {5, 4, 30, 50});
                },
            .constants = {{"p", p}, {"1 - p", 1 - p}}};
}

Exercise<Forward> forward_exercise() {
    return {.name = "2.3 dropout_forward",
            .reference = with({}),
            .trials = {try_on("30,000 numbers, p=0.3, while training", 0.3, true),
                       try_on("the same at inference, without random numbers", 0.3, false),
                       try_on("p=0 while training", 0, true),
                       try_on_weights("30,000 numbers in a tensor of rank 4, p=0.3, while training", 0.3)},
            .wrong_answers = {
                {"dropout_scale", "numbers that stay divided by p. They are divided by 1 - p, the share that stays.",
                 "lmjohns3/theanets#123", with({.kept = [](double p) { return 1 / p; }})},
                {"dropout_not_scaled",
                 "numbers that stay as they are. Without the division by 1 - p the sum becomes smaller while training, "
                 "and no longer "
                 "fits at inference.",
                 "", with({.kept = [](double) { return 1.0; }})},
                {"dropout_scaled_down", "numbers that stay multiplied by 1 - p. Divide by it.", "",
                 with({.kept = [](double p) { return 1 - p; }})},
                {"dropout_keeps_p", "a dropout that keeps a share of p. It drops that share.", "",
                 with({.drops_rest = true})},
                {"dropout_of_whole_rows", "rows that are dropped as a whole. A number is drawn for each number.", "",
                 with({.whole_rows = true})},
                {"dropout_at_inference", "a dropout that also acts at inference, where there are no random numbers.",
                 "", with({.while_asleep = true})},
                {"dropout_forgets_scale",
                 "a dropout that does not keep the factors in cache.scale: the way back needs them.", "",
                 with({.keeps_scale = false})},
                {"dropout_remembers",
                 "a dropout that leaves cache.active as the pass before had set it. It belongs to this pass.", "",
                 with({.remembers = true})},
                {"dropout_repeats",
                 "a dropout that forgets the same numbers in every pass: draw from the rng that is given.", "",
                 with({.repeats = true})},
                {"dropout_of_one_row_for_all",
                 "a dropout that draws for the first row and drops the same places in every row. A number is drawn for "
                 "each number of x.",
                 "", with({.one_row = true})},
                {"dropout_one_draw",
                 "a dropout that drops everything or nothing, by a single draw. A number is drawn for each number.", "",
                 with({.one_draw = true})},
                {"dropout_draws_twice",
                 "a dropout that draws for y, and once more for cache.scale: the way back will see other numbers "
                 "dropped. Draw once, and use it for both.",
                 "", with({.draws_twice = true})},
                {"dropout_not_multiplied", "x, unchanged, though the factors were drawn: y = x * scale.", "",
                 with({.multiplies = false})},
                {"dropout_not_active",
                 "a dropout that leaves cache.active false: the way back will believe that nothing was dropped.", "",
                 with({.says_active = false})},
            }};
}

Trial<Backward> try_back(const std::string& inputs, bool active, double size, double tolerance) {
    DropoutCache<3> cache;
    Rng rng(4);
    drop<3>({}, 0.4, Rng(3).normal_tensor<3>({2, 3, 5}), cache, &rng);
    cache.active = active;
    const Tensor<3> dy = Rng(6).normal_tensor<3>({2, 3, 5}, 0, size);
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs { return {output("dx", "BND", f.tokens(cache, dy))}; },
            .givens = {output("dy", "BND", dy)},
            .constants = {{"1 - p", 0.6}},
            .tolerance = tolerance};
}

Trial<Backward> small_example() {
    const DropoutCache<3> cache{.scale = {{{0, 2, 2}}}, .active = true};
    const Tensor<3> dy{{{3, 5, -7}}};
    return {.inputs = "dy = (3, 5, -7), cache.scale = (0, 2, 2)",
            .run = [=](const Backward& f) -> Outputs { return {output("dx", "BND", f.tokens(cache, dy))}; },
            .givens = {output("dy", "BND", dy)},
            .tolerance = 1e-12};
}

Trial<Backward> weights_example() {
    DropoutCache<4> cache;
    Rng rng(7);
    drop<4>({}, 0.4, Rng(8).normal_tensor<4>({2, 3, 4, 5}), cache, &rng);
    const Tensor<4> dy = Rng(9).normal_tensor<4>({2, 3, 4, 5});
    return {.inputs = "a tensor of rank 4, B=2 A=3 M=4 N=5, p=0.4",
            .run = [=](const Backward& f) -> Outputs { return {output("dx", "BAMN", f.weights(cache, dy))}; },
            .givens = {output("dy", "BAMN", dy)},
            .constants = {{"1 - p", 0.6}},
            .tolerance = 1e-12};
}

Exercise<Backward> backward_exercise() {
    const auto scaled = [](const std::function<double(double dy, double scale)>& f, bool always = false) -> Backward {
        const auto all = [=](const auto& cache, auto dy) {
            for (std::size_t i = 0; i < dy.size() && (cache.active || always); ++i)
                dy.data()[i] = f(dy.data()[i], cache.scale.data()[i]);
            return dy;
        };
        return {all, all};
    };
    return {.name = "2.4 dropout_backward",
            .reference = scaled([](double dy, double scale) { return dy * scale; }),
            .trials = {small_example(), try_back("random numbers, B=2 N=3 D=5, p=0.4", true, 1, 1e-12),
                       try_back("a forward pass that dropped nothing", false, 1, 1e-12),
                       try_back("gradients of size 1e-6", true, 1e-6, 1e-18), weights_example()},
            .wrong_answers = {
                {"dropout_backward_unchanged",
                 "dy. What was dropped gets no gradient, what was kept gets the factor of the way there.", "",
                 scaled([](double dy, double) { return dy; })},
                {"dropout_backward_mask_only",
                 "dy where numbers were kept and 0 elsewhere, without the factor 1 / (1 - p).", "",
                 scaled([](double dy, double scale) { return scale > 0 ? dy : 0; })},
                {"dropout_backward_divides", "dy divided by the factor. It is multiplied, there and back.", "",
                 scaled([](double dy, double scale) { return scale > 0 ? dy / scale : 0; })},
                {"dropout_backward_always",
                 "a way back that uses cache.scale in any case. If cache.active is false, nothing was dropped, and dx "
                 "is dy.",
                 "", scaled([](double dy, double scale) { return dy * scale; }, true)},
                {"dropout_backward_twice", "dy times the factor, twice.", "",
                 scaled([](double dy, double scale) { return dy * scale * scale; })},
            }};
}

}  // namespace

TEST_CASE("2.3 dropout_forward") {
    check(forward_exercise(), {dropout_forward<3>, dropout_forward<4>});
}

TEST_CASE("2.3 dropout_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("2.4 dropout_backward") {
    check(backward_exercise(), {dropout_backward<3>, dropout_backward<4>});
}

TEST_CASE("2.4 dropout_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
