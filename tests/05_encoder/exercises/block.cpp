#include "05_encoder/block.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(const Block&, const Tensor<3>&, BlockCache&, Rng*)>;
using Backward = std::function<Tensor<3>(const Block&, const BlockCache&, const Tensor<3>&, Block&)>;

enum class Slip {
    none,
    post_norm,
    from_normed,
    no_first_shortcut,
    no_second_shortcut,
    doubled,
    one_norm,
    side_by_side,
    mlp_first,
    no_second_norm,
    from_x,
    no_dropout,
    attention_without_dropout,
    nothing_dropped,
    one_norm_cache
};

/// A block from its parts, with one slip.
Forward with(Slip slip) {
    return [slip](const Block& p, const Tensor<3>& x, BlockCache& cache, Rng* rng) -> Tensor<3> {
        if (slip == Slip::post_norm) {
            const Tensor<3> middle =
                layer_norm_forward(p.norm1, x + attention_forward(p.attention, x, cache.attention, rng), cache.norm1);
            return layer_norm_forward(p.norm2, middle + mlp_forward(p.mlp, middle, cache.mlp, rng), cache.norm2);
        }
        if (slip == Slip::mlp_first) {
            const Tensor<3> middle =
                x + mlp_forward(p.mlp, layer_norm_forward(p.norm1, x, cache.norm1), cache.mlp, rng);
            return middle + attention_forward(p.attention, layer_norm_forward(p.norm2, middle, cache.norm2),
                                              cache.attention, rng);
        }
        const Tensor<3> normed1 = layer_norm_forward(p.norm1, x, cache.norm1);
        const Tensor<3> attended =
            attention_forward(p.attention, normed1, cache.attention,
                              slip == Slip::attention_without_dropout || slip == Slip::nothing_dropped ? nullptr : rng);
        Tensor<3> middle = x + attended;
        if (slip == Slip::from_normed) middle = normed1 + attended;
        if (slip == Slip::no_first_shortcut) middle = attended;
        if (slip == Slip::doubled) middle = x + x + attended;
        Tensor<3> normed2 =
            layer_norm_forward(slip == Slip::one_norm ? p.norm1 : p.norm2, slip == Slip::side_by_side ? x : middle,
                               slip == Slip::one_norm_cache ? cache.norm1 : cache.norm2);
        if (slip == Slip::no_second_norm) normed2 = middle;
        const Tensor<3> thought = mlp_forward(
            p.mlp, normed2, cache.mlp, slip == Slip::no_dropout || slip == Slip::nothing_dropped ? nullptr : rng);
        if (slip == Slip::no_second_shortcut) return thought;
        if (slip == Slip::from_x) return x + thought;
        return middle + thought;
    };
}

Block random_block(double dropout = 0) {
    Block p = make_block({.attention = {.width = 6, .heads = 3, .projection_dropout = dropout},
                          .mlp = {.width = 6, .hidden = 7, .dropout = dropout},
                          .eps = 0.1});
    Rng rng(1);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.2, 0.5);
    return p;
}

Trial<Forward> try_on(const std::string& inputs, const Block& p, const Tensor<3>& x, bool training = false) {
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                BlockCache cache;
                Rng rng(7);
                const Tensor<3> y = f(p, x, cache, training ? &rng : nullptr);
                return {output("cache.norm1.normalised", "BND", cache.norm1.normalised),
                        output("attention's input", "BND", cache.attention.x),
                        output("cache.norm2.normalised", "BND", cache.norm2.normalised),
                        output("the MLP's input", "BND", cache.mlp.x), output("y", "BND", y)};
            },
            .givens = {output("x", "BND", x)},
            .tolerance = 1e-11};
}

Exercise<Forward> forward_exercise() {
    return {
        .name = "5.1 block_forward",
        .reference = with(Slip::none),
        .trials = {try_on("random numbers, B=2 N=5 D=6 F=7 A=3", random_block(), Rng(2).normal_tensor<3>({2, 5, 6})),
                   try_on("tokens of size 100", random_block(), Rng(3).normal_tensor<3>({2, 5, 6}, 0, 100)),
                   try_on("training, with a dropout of 0.4 in both branches", random_block(0.4),
                          Rng(2).normal_tensor<3>({2, 5, 6}), true)},
        .wrong_answers = {
            {"post_norm",
             "a block with each norm after its sum, as in the first Transformer: LayerNorm(x + Attention(x)). A Vision "
             "Transformer norms what goes into a branch: x + Attention(LayerNorm(x)).",
             "harvardnlp/annotated-transformer#1, harvardnlp/annotated-transformer#110", with(Slip::post_norm)},
            {"residual_from_normed",
             "a block whose first shortcut starts behind the norm. The shortcut carries x as it came.",
             "SHI-Labs/Compact-Transformers#25", with(Slip::from_normed)},
            {"residual_missing", "a block without the first shortcut: x' = x + Attention(LayerNorm(x)).",
             "jackyko1991/vnet-tensorflow#12", with(Slip::no_first_shortcut)},
            {"second_residual_missing", "a block without the second shortcut: y = x' + MLP(LayerNorm(x')).", "",
             with(Slip::no_second_shortcut)},
            {"residual_doubled", "a block that adds x twice at its first shortcut.", "", with(Slip::doubled)},
            {"wrong_ln_instance", "a block that uses norm1 twice. The second branch has a norm of its own, norm2.",
             "ml-explore/mlx#1636", with(Slip::one_norm)},
            {"branches_side_by_side",
             "a block whose MLP reads x. It reads what attention has made of it, x': the branches stand one behind the "
             "other.",
             "", with(Slip::side_by_side)},
            {"second_shortcut_from_x",
             "a block whose second shortcut starts at x. It carries x', the result of the first half: what attention "
             "added is "
             "lost otherwise.",
             "", with(Slip::from_x)},
            {"norms_share_a_cache",
             "a block whose two norms write into cache.norm1: the second overwrites what the first had kept for the "
             "way back. It has cache.norm2.",
             "", with(Slip::one_norm_cache)},
            {"block_attention_without_dropout",
             "a block that does not hand the random numbers to its attention, which then drops nothing. rng goes to "
             "both branches.",
             "", with(Slip::attention_without_dropout)},
            {"block_drops_nothing",
             "a block that hands the random numbers to neither branch, so that nothing is dropped. rng goes to both.",
             "", with(Slip::nothing_dropped)},
            {"block_mlp_without_dropout",
             "a block that does not hand the random numbers to its MLP, which then drops nothing.", "",
             with(Slip::no_dropout)},
            {"mlp_before_attention", "a block with the MLP first and attention second.", "", with(Slip::mlp_first)},
            {"second_norm_missing", "a block whose MLP reads x' without a norm.", "", with(Slip::no_second_norm)},
        }};
}

enum class Back {
    right,
    no_first_shortcut,
    no_second_shortcut,
    no_norms,
    attention_gets_dy,
    overwrites,
    norm1_twice,
    doubled,
    shortcut_gets_dy,
    second_branch_to_itself,
    branches_to_themselves,
    one_norm_gradient
};

Backward back(Back slip) {
    return [slip](const Block& p, const BlockCache& cache, const Tensor<3>& dy, Block& grad) -> Tensor<3> {
        if (slip == Back::overwrites)
            for (const Parameter& g : named_parameters(grad)) std::fill(g.values.begin(), g.values.end(), 0);
        const Tensor<3> dnormed2 = mlp_backward(p.mlp, cache.mlp, dy, grad.mlp);
        Tensor<3> dmiddle =
            layer_norm_backward(slip == Back::norm1_twice ? p.norm1 : p.norm2, cache.norm2, dnormed2,
                                slip == Back::norm1_twice || slip == Back::one_norm_gradient ? grad.norm1 : grad.norm2);
        if (slip == Back::no_norms) dmiddle = dnormed2;
        const bool to_itself = slip == Back::second_branch_to_itself || slip == Back::branches_to_themselves;
        if (slip != Back::no_second_shortcut) dmiddle += to_itself ? dnormed2 : dy;
        const Tensor<3> dnormed1 = attention_backward(p.attention, cache.attention,
                                                      slip == Back::attention_gets_dy ? dy : dmiddle, grad.attention);
        Tensor<3> dx = layer_norm_backward(p.norm1, cache.norm1, dnormed1, grad.norm1);
        if (slip == Back::no_norms) dx = dnormed1;
        if (slip == Back::branches_to_themselves) return dx + dnormed1;
        if (slip != Back::no_first_shortcut) dx += slip == Back::shortcut_gets_dy ? dy : dmiddle;
        if (slip == Back::doubled) dx += dy;
        return dx;
    };
}

Trial<Backward> try_back(const std::string& inputs, double size, double tolerance) {
    const Block p = random_block();
    const Tensor<3> x = Rng(4).normal_tensor<3>({2, 5, 6}), dy = Rng(5).normal_tensor<3>({2, 5, 6}, 0, size);
    BlockCache cache;
    with(Slip::none)(p, x, cache, nullptr);
    Block before = p;  // gradients that are not zero
    for (const Parameter& g : named_parameters(before))
        for (Scalar& number : g.values) number *= size;
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Block grad = before;
                const Tensor<3> dx = f(p, cache, dy, grad);
                return outputs("grad", named_parameters(grad)) + Outputs{output("dx", "BND", dx)};
            },
            .givens = {output("dy", "BND", dy)},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    return {
        .name = "5.2 block_backward",
        .reference = back(Back::right),
        .trials = {try_back("random numbers, B=2 N=5 D=6 F=7 A=3, in gradients that are not zero before", 1, 1e-11),
                   try_back("gradients of size 1e-6", 1e-6, 1e-16)},
        .wrong_answers = {
            {"first_shortcut_lost",
             "dx through the first branch alone. x' is a sum, so its gradient also goes on along the shortcut, "
             "unchanged.",
             "", back(Back::no_first_shortcut)},
            {"second_shortcut_lost",
             "a gradient of x' through the second branch alone. y is a sum, so dy also goes on along the shortcut.", "",
             back(Back::no_second_shortcut)},
            {"second_branch_added_to_itself",
             "a way back in which the second branch's gradient was added to itself: what came out of mlp_backward, "
             "and that once more behind the norm. What comes along the shortcut is dy.",
             "", back(Back::second_branch_to_itself)},
            {"branches_added_to_themselves",
             "a way back in which each branch's gradient was added to itself: before its norm, and once more behind "
             "it. What comes along a shortcut is what came from above: dy, then the gradient of x'.",
             "", back(Back::branches_to_themselves)},
            {"norm2_gradient_into_norm1",
             "a way back that adds the gradient of norm2 to grad.norm1. It belongs to grad.norm2.", "",
             back(Back::one_norm_gradient)},
            {"block_backward_no_norms", "a way back that steps over both LayerNorms.", "", back(Back::no_norms)},
            {"attention_gets_dy",
             "a way back that gives attention dy. What came out of attention is a part of x': it gets the whole "
             "gradient of "
             "x', that of the second branch with it.",
             "", back(Back::attention_gets_dy)},
            {"first_shortcut_gets_dy",
             "dx with dy along the first shortcut. What goes on there is the whole gradient of x', the second "
             "branch's part too.",
             "", back(Back::shortcut_gets_dy)},
            {"block_gradients_overwritten",
             "grad = ... where grad += ... is meant: what stood in the gradients before is lost.",
             "karpathy/nn-zero-to-hero#52", back(Back::overwrites)},
            {"norm1_twice_on_the_way_back", "a way back through norm1 twice. The second branch has norm2.", "",
             back(Back::norm1_twice)},
            {"shortcut_doubled_on_the_way_back",
             "dx with dy added once more: it is in dmiddle already, by way of the second shortcut.", "",
             back(Back::doubled)},
        }};
}

}  // namespace

TEST_CASE("5.1 block_forward") {
    check(forward_exercise(), block_forward);
}

TEST_CASE("5.1 block_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("5.2 block_backward") {
    check(backward_exercise(), block_backward);
}

TEST_CASE("5.2 block_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
