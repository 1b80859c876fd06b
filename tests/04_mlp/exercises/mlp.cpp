#include "04_mlp/mlp.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(const Mlp&, Tensor<3>, MlpCache&, Rng*)>;
using Backward = std::function<Tensor<3>(const Mlp&, const MlpCache&, const Tensor<3>&, Mlp&)>;

enum class Slip {
    none,
    no_gelu,
    gelu_at_the_end,
    gelu_twice,
    relu,
    shortcut,
    no_first_bias,
    no_hidden_dropout,
    no_output_dropout,
    always_erf,
    one_dropout_cache,
    dropout_caches_swapped,
    keeps_undropped,
    keeps_gated
};

/// The MLP from its parts, with one slip.
Forward with(Slip slip) {
    return [slip](const Mlp& p, const Tensor<3>& x, MlpCache& cache, Rng* rng) -> Tensor<3> {
        Linear fc1 = p.fc1;
        if (slip == Slip::no_first_bias) fc1.bias.fill(0);
        cache.x = x;
        cache.hidden = linear_forward(fc1, x);
        Tensor<3> gated = cache.hidden;
        if (slip != Slip::no_gelu && slip != Slip::gelu_at_the_end)
            gated = gelu_forward(slip == Slip::always_erf ? Gelu::erf : p.gelu, gated);
        if (slip == Slip::gelu_twice) gated = gelu_forward(p.gelu, gated);
        if (slip == Slip::relu) gated = xt::maximum(cache.hidden, 0.0);
        const bool swaps = slip == Slip::dropout_caches_swapped;
        DropoutCache<3>& first = swaps ? cache.output_dropout : cache.hidden_dropout;
        DropoutCache<3>& last = swaps || slip == Slip::one_dropout_cache ? cache.hidden_dropout : cache.output_dropout;
        cache.activated = slip == Slip::no_hidden_dropout ? gated : dropout_forward(p.dropout, gated, first, rng);
        Tensor<3> y = linear_forward(p.fc2, cache.activated);
        if (slip == Slip::keeps_undropped) cache.activated = gated;
        if (slip == Slip::keeps_gated) cache.hidden = gated;
        if (slip == Slip::gelu_at_the_end) y = gelu_forward(p.gelu, y);
        if (slip == Slip::shortcut) y += x;
        return slip == Slip::no_output_dropout ? y : dropout_forward(p.dropout, y, last, rng);
    };
}

/// What a dropout did; nothing if it did not act, and then without letters: axes of size 0 have no names.
Output scale_of(const std::string& name, const char (&axes)[4], const DropoutCache<3>& dropout) {
    return dropout.active ? output(name, axes, dropout.scale) : Output{name, "", numbers(Tensor<3>())};
}

Mlp random_mlp(double dropout = 0, Gelu form = Gelu::erf) {
    Mlp p = make_mlp({.width = 4, .hidden = 7, .gelu = form, .dropout = dropout});
    Rng rng(1);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.1, 0.6);
    return p;
}

Trial<Forward> try_on(const std::string& inputs, const Mlp& p, const Tensor<3>& x, bool training) {
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                MlpCache cache;
                Rng rng(3);
                const Tensor<3> y = f(p, x, cache, training ? &rng : nullptr);
                return {output("cache.x", "BND", cache.x),
                        output("cache.hidden", "BNF", cache.hidden),
                        scale_of("cache.hidden_dropout.scale", "BNF", cache.hidden_dropout),
                        output("cache.activated", "BNF", cache.activated),
                        scale_of("cache.output_dropout.scale", "BND", cache.output_dropout),
                        output("y", "BND", y)};
            },
            .givens = {output("x", "BND", x)},
            .tolerance = 1e-11};
}

Exercise<Forward> forward_exercise() {
    const Tensor<3> x = Rng(2).normal_tensor<3>({2, 3, 4});
    return {
        .name = "4.3 mlp_forward",
        .reference = with(Slip::none),
        .trials = {try_on("random numbers, B=2 N=3 D=4 F=7", random_mlp(), x, false),
                   try_on("the same with the sigmoid form of the GELU", random_mlp(0, Gelu::sigmoid), x, false),
                   try_on("training, with a dropout of 0.4", random_mlp(0.4), x, true)},
        .wrong_answers = {
            {"mlp_no_gelu", "two Linears without a gate between them, which are together no more than one Linear.", "",
             with(Slip::no_gelu)},
            {"mlp_gelu_at_the_end", "an MLP with the gate after fc2. It stands between the two Linears.", "",
             with(Slip::gelu_at_the_end)},
            {"mlp_gelu_twice", "an MLP whose hidden numbers go through the gate twice.", "", with(Slip::gelu_twice)},
            {"mlp_always_erf", "an MLP with the erf form in any case: p.gelu says which form is wanted.", "",
             with(Slip::always_erf)},
            {"mlp_relu", "an MLP with a ReLU for the GELU.", "", with(Slip::relu)},
            {"mlp_adds_input", "the MLP plus its input. The shortcut belongs to the block of chapter 5.", "",
             with(Slip::shortcut)},
            {"mlp_no_first_bias", "an MLP whose first Linear adds no bias.", "", with(Slip::no_first_bias)},
            {"mlp_no_hidden_dropout", "an MLP without the dropout after the GELU.", "", with(Slip::no_hidden_dropout)},
            {"mlp_no_output_dropout", "an MLP without the dropout at its end.", "", with(Slip::no_output_dropout)},
            {"mlp_one_dropout_cache",
             "an MLP whose two dropouts write into the same cache: the second overwrites what the first had kept. The "
             "first has cache.hidden_dropout, the second cache.output_dropout.",
             "", with(Slip::one_dropout_cache)},
            {"mlp_dropout_caches_swapped",
             "an MLP whose two dropouts have each other's cache. The first has cache.hidden_dropout, the second "
             "cache.output_dropout.",
             "", with(Slip::dropout_caches_swapped)},
            {"mlp_keeps_undropped",
             "an MLP that is right but for cache.activated: it holds the numbers before the dropout. fc2 read those "
             "after it, and its gradient needs what it read.",
             "", with(Slip::keeps_undropped)},
            {"mlp_keeps_gated",
             "an MLP that is right but for cache.hidden: the GELU was written over it. The way back needs what went "
             "into the GELU.",
             "", with(Slip::keeps_gated)},
        }};
}

enum class Back {
    right,
    no_gelu,
    gelu_of_activated,
    fc2_of_hidden,
    overwrites,
    no_hidden_dropout,
    no_output_dropout,
    adds_dy,
    always_erf
};

Backward back(Back slip) {
    return [slip](const Mlp& p, const MlpCache& cache, const Tensor<3>& dy, Mlp& grad) -> Tensor<3> {
        if (slip == Back::overwrites)
            for (const Parameter& g : named_parameters(grad)) std::fill(g.values.begin(), g.values.end(), 0);
        const Tensor<3> dprojected = slip == Back::no_output_dropout ? dy : dropout_backward(cache.output_dropout, dy);
        Tensor<3> d =
            linear_backward(p.fc2, slip == Back::fc2_of_hidden ? cache.hidden : cache.activated, dprojected, grad.fc2);
        if (slip != Back::no_hidden_dropout) d = dropout_backward(cache.hidden_dropout, d);
        if (slip != Back::no_gelu)
            d = gelu_backward(slip == Back::always_erf ? Gelu::erf : p.gelu,
                              slip == Back::gelu_of_activated ? cache.activated : cache.hidden, d);
        Tensor<3> dx = linear_backward(p.fc1, cache.x, d, grad.fc1);
        if (slip == Back::adds_dy) dx += dy;
        return dx;
    };
}

Trial<Backward> try_back(const std::string& inputs, const Mlp& p, bool training, double size, double tolerance) {
    const Tensor<3> x = Rng(4).normal_tensor<3>({2, 3, 4}), dy = Rng(5).normal_tensor<3>({2, 3, 4}, 0, size);
    Rng rng(6);
    MlpCache cache;
    with(Slip::none)(p, x, cache, training ? &rng : nullptr);
    Mlp before = p;  // gradients that are not zero
    for (const Parameter& g : named_parameters(before))
        for (Scalar& number : g.values) number *= size;
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Mlp grad = before;
                const Tensor<3> dx = f(p, cache, dy, grad);
                return outputs("grad", named_parameters(grad)) + Outputs{output("dx", "BND", dx)};
            },
            .givens = {output("dy", "BND", dy)},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    return {.name = "4.4 mlp_backward",
            .reference = back(Back::right),
            .trials = {try_back("random numbers, B=2 N=3 D=4 F=7, in gradients that are not zero before", random_mlp(),
                                false, 1, 1e-11),
                       try_back("a training pass with a dropout of 0.4", random_mlp(0.4), true, 1, 1e-11),
                       try_back("gradients of size 1e-6", random_mlp(), false, 1e-6, 1e-16),
                       try_back("the sigmoid form of the GELU", random_mlp(0, Gelu::sigmoid), false, 1, 1e-11)},
            .wrong_answers = {
                {"mlp_backward_no_gelu", "a way back that steps over the GELU: its gradient is not 1.", "",
                 back(Back::no_gelu)},
                {"mlp_backward_always_erf",
                 "a way back with the erf form's slope in any case: p.gelu says which form it was.", "",
                 back(Back::always_erf)},
                {"mlp_backward_gelu_of_activated",
                 "gelu_backward at cache.activated, what came out of the GELU. Its slope is taken where it went in: "
                 "cache.hidden.",
                 "", back(Back::gelu_of_activated)},
                {"mlp_backward_fc2_of_hidden",
                 "the gradient of fc2 made with cache.hidden. The input of fc2 was cache.activated.", "",
                 back(Back::fc2_of_hidden)},
                {"mlp_gradients_overwritten",
                 "grad = ... where grad += ... is meant: what stood in the gradients before is lost.",
                 "karpathy/nn-zero-to-hero#52", back(Back::overwrites)},
                {"mlp_backward_no_hidden_dropout", "a way back without the dropout after the GELU.", "",
                 back(Back::no_hidden_dropout)},
                {"mlp_backward_no_output_dropout", "a way back without the dropout at the end.", "",
                 back(Back::no_output_dropout)},
                {"mlp_backward_adds_dy", "dx plus dy. The MLP has no shortcut; the block of chapter 5 adds it.", "",
                 back(Back::adds_dy)},
            }};
}

}  // namespace

TEST_CASE("4.3 mlp_forward") {
    check(forward_exercise(), mlp_forward);
}

TEST_CASE("4.3 mlp_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("4.4 mlp_backward") {
    check(backward_exercise(), mlp_backward);
}

TEST_CASE("4.4 mlp_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
