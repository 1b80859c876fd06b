#include "03_attention/attention.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(const Attention&, Tensor<3>, AttentionCache&, Rng*)>;
using Backward = std::function<Tensor<3>(const Attention&, const AttentionCache&, const Tensor<3>&, Attention&)>;

/// The same memory under a new shape: what splits or merges heads wrongly.
Tensor<3> merged_by_view(const Tensor<4>& heads) {
    return xt::reshape_view(heads, {heads.shape()[0], heads.shape()[2], heads.shape()[1] * heads.shape()[3]});
}

enum class Slip {
    none,
    no_projection,
    merge_view,
    swapped,
    one_head,
    adds_input,
    projects_twice,
    no_qkv_bias,
    always_projects,
    no_dropout,
    dropout_before_projection,
    no_dropout_without_projection
};

/// Attention from its parts, with one slip.
Forward with(Slip slip) {
    return [slip](const Attention& p, const Tensor<3>& x, AttentionCache& cache, Rng* rng) -> Tensor<3> {
        cache.x = x;
        Linear qkv = p.qkv;
        if (slip == Slip::no_qkv_bias) qkv.bias.fill(0);
        cache.split = split_heads(linear_forward(qkv, x), slip == Slip::one_head ? 1 : p.heads);
        if (slip == Slip::swapped) std::swap(cache.split.query, cache.split.value);
        const Tensor<4> attended = attend_forward(p.attend, cache.split, cache.attend, rng);
        cache.merged = slip == Slip::merge_view ? merged_by_view(attended) : merge_heads(attended);
        if (slip == Slip::dropout_before_projection)
            cache.merged = dropout_forward(p.projection_dropout, cache.merged, cache.projection_dropout, rng);
        Tensor<3> y = cache.merged;
        const bool projects = (p.projection || slip == Slip::always_projects) && slip != Slip::no_projection;
        if (projects) y = linear_forward(p.projection.value(), y);  // throws where there is none
        if (projects && slip == Slip::projects_twice) y = linear_forward(*p.projection, y);
        if (slip == Slip::adds_input) y += x;
        if (slip == Slip::no_dropout || slip == Slip::dropout_before_projection) return y;
        if (slip == Slip::no_dropout_without_projection && !projects) return y;
        return dropout_forward(p.projection_dropout, y, cache.projection_dropout, rng);
    };
}

Attention random_attention(double dropout = 0) {
    Attention p = make_attention({.width = 6, .heads = 3, .projection_dropout = dropout});
    Rng rng(1);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.1, 0.5);
    return p;
}

/// One head of width D, which needs no projection.
Attention without_projection() {
    Attention p = make_attention({.width = 6, .heads = 1, .projection = false, .projection_dropout = 0.4});
    Rng rng(7);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.1, 0.5);
    return p;
}

Trial<Forward> try_on(const std::string& inputs, const Attention& p, bool training) {
    const Tensor<3> x = Rng(2).normal_tensor<3>({2, 5, 6});
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                AttentionCache cache;
                Rng rng(3);
                const Tensor<3> y = f(p, x, cache, training ? &rng : nullptr);
                return {output("cache.x", "BND", cache.x), output("cache.split.query", "BANK", cache.split.query),
                        output("cache.split.value", "BANK", cache.split.value),
                        output("cache.merged", "BND", cache.merged), output("y", "BND", y)};
            },
            .givens = {output("x", "BND", x)},
            .tolerance = 1e-11};
}

Exercise<Forward> forward_exercise() {
    return {
        .name = "3.11 attention_forward",
        .reference = with(Slip::none),
        .trials = {try_on("random numbers, B=2 N=5 D=6 A=3", random_attention(), false),
                   try_on("training, with a dropout of 0.4 at the end", random_attention(0.4), true),
                   try_on("one head without an output projection, p.projection is empty; training, dropout of 0.4",
                          without_projection(), true)},
        .wrong_answers = {
            {"output_projection_missing",
             "the merged heads themselves: step 5, the output projection, is missing. Without it no head hears of "
             "another.",
             "stevezheng23/sequence_labeling_tf#83", with(Slip::no_projection)},
            {"attention_merge_view",
             "attention whose heads are put side by side by a new shape alone: a token's row then holds other tokens' "
             "numbers. merge_heads moves them.",
             "jsbaan/transformer-from-scratch#6", with(Slip::merge_view)},
            {"attention_parts_swapped", "attention with query and value exchanged.", "", with(Slip::swapped)},
            {"attention_one_head", "attention of one wide head: split_heads gets p.heads, the number of heads.", "",
             with(Slip::one_head)},
            {"attention_adds_input", "attention plus its input. The shortcut belongs to the block of chapter 5.", "",
             with(Slip::adds_input)},
            {"attention_always_projects",
             "attention that asks for an output projection where there is none: p.projection may be empty, and what "
             "then comes out are the merged heads. if (p.projection) asks.",
             "", with(Slip::always_projects)},
            {"attention_output_without_dropout",
             "attention whose output is not dropped while it trains. After the projection comes "
             "dropout_forward(p.projection_dropout, ...).",
             "", with(Slip::no_dropout)},
            {"attention_dropout_before_projection",
             "attention with the dropout before the output projection. It comes behind it, on y.", "",
             with(Slip::dropout_before_projection)},
            {"attention_dropout_with_projection_only",
             "attention that drops nothing where it has no output projection. The merged heads are the output then, "
             "and the dropout acts on that.",
             "", with(Slip::no_dropout_without_projection)},
            {"attention_projects_twice", "attention projected twice: the output projection is applied once.", "",
             with(Slip::projects_twice)},
            {"qkv_bias_missing", "attention whose qkv Linear adds no bias.", "", with(Slip::no_qkv_bias)},
        }};
}

enum class Back {
    right,
    no_projection,
    view,
    swapped,
    overwrites,
    no_dropout,
    wrong_input,
    no_attend,
    always_projects,
    rows_exchanged
};

Backward back(Back slip) {
    return [slip](const Attention& p, const AttentionCache& cache, const Tensor<3>& dy, Attention& grad) -> Tensor<3> {
        if (slip == Back::overwrites)
            for (const Parameter& g : named_parameters(grad)) std::fill(g.values.begin(), g.values.end(), 0);
        const Tensor<3> dprojected = slip == Back::no_dropout ? dy : dropout_backward(cache.projection_dropout, dy);
        Tensor<3> dmerged = dprojected;
        if (slip != Back::no_projection && (p.projection || slip == Back::always_projects))
            dmerged = linear_backward(p.projection.value(), slip == Back::wrong_input ? cache.x : cache.merged,
                                      dprojected, *grad.projection);
        Tensor<4> dattended = unmerge_heads(dmerged, p.heads);
        if (slip == Back::view) dattended = Tensor<4>(xt::reshape_view(dmerged, dattended.shape()));
        QueryKeyValue d = slip == Back::no_attend ? QueryKeyValue{dattended, dattended, dattended}
                                                  : attend_backward(p.attend, cache.split, cache.attend, dattended);
        if (slip == Back::swapped) std::swap(d.query, d.key);
        if (slip == Back::rows_exchanged) std::swap(d.key, d.value);
        return linear_backward(p.qkv, cache.x, join_heads(d), grad.qkv);
    };
}

Trial<Backward> try_back(const std::string& inputs, const Attention& p, bool training, double size, double tolerance) {
    const Tensor<3> x = Rng(4).normal_tensor<3>({2, 5, 6}), dy = Rng(5).normal_tensor<3>({2, 5, 6}, 0, size);
    Rng rng(6);
    AttentionCache cache;
    with(Slip::none)(p, x, cache, training ? &rng : nullptr);
    Attention before = p;  // gradients that are not zero
    for (const Parameter& g : named_parameters(before))
        for (Scalar& number : g.values) number *= size;
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Attention grad = before;
                const Tensor<3> dx = f(p, cache, dy, grad);
                Outputs made = outputs("grad", named_parameters(grad));
                if (!grad.projection)  // the same outputs in all trials
                    made = made + Outputs{output("grad.proj.weight", "DE", Tensor<2>()),
                                          output("grad.proj.bias", "D", Tensor<1>())};
                return made + Outputs{output("dx", "BND", dx)};
            },
            .givens = {output("dy", "BND", dy)},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    return {.name = "3.12 attention_backward",
            .reference = back(Back::right),
            .trials = {try_back("random numbers, B=2 N=5 D=6 A=3, in gradients that are not zero before",
                                random_attention(), false, 1, 1e-11),
                       try_back("a training pass with a dropout of 0.4", random_attention(0.4), true, 1, 1e-11),
                       try_back("gradients of size 1e-6", random_attention(), false, 1e-6, 1e-16),
                       try_back("one head without an output projection, p.projection is empty, with a dropout of 0.4",
                                without_projection(), true, 1, 1e-11)},
            .wrong_answers = {
                {"attention_backward_no_projection",
                 "a way back that steps over the output projection: dy first goes through linear_backward of step 5.",
                 "", back(Back::no_projection)},
                {"attention_backward_always_projects",
                 "a way back that asks for an output projection where there is none: p.projection may be empty, and "
                 "dmerged is what comes out of the dropout then.",
                 "", back(Back::always_projects)},
                {"attention_backward_rows_exchanged",
                 "the gradient of the keys where that of the values belongs, and the other way round. The order is "
                 "query, key, value.",
                 "", back(Back::rows_exchanged)},
                {"attention_backward_view",
                 "a way back that splits the rows into heads by a new shape alone. unmerge_heads moves the numbers, as "
                 "merge_heads did.",
                 "", back(Back::view)},
                {"attention_backward_swapped",
                 "the gradient of the queries where that of the keys belongs, and the other way round.", "",
                 back(Back::swapped)},
                {"attention_gradients_overwritten",
                 "grad = ... where grad += ... is meant: what stood in the gradients before is lost.",
                 "karpathy/nn-zero-to-hero#52", back(Back::overwrites)},
                {"attention_backward_no_dropout",
                 "a way back without the dropout at the end: what was dropped gets no gradient.", "",
                 back(Back::no_dropout)},
                {"attention_backward_wrong_input",
                 "the projection's gradient made with x. Its input was cache.merged, and a Linear's gradient needs its "
                 "own input.",
                 "", back(Back::wrong_input)},
                {"attention_backward_no_attend",
                 "a way back that hands dattended on as the gradient of q, k and v alike: step 3, attend_backward, is "
                 "missing.",
                 "", back(Back::no_attend)},
            }};
}

}  // namespace

TEST_CASE("3.11 attention_forward") {
    check(forward_exercise(), attention_forward);
}

TEST_CASE("3.11 attention_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("3.12 attention_backward") {
    check(backward_exercise(), attention_backward);
}

TEST_CASE("3.12 attention_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
