#include "05_encoder/encoder.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(const Encoder&, Tensor<3>, EncoderCache&, Rng*, Keep)>;
using Backward = std::function<Tensor<3>(const Encoder&, const EncoderCache&, Tensor<3>, Encoder&)>;

enum class Slip {
    none,
    shared,
    one_less,
    from_the_end,
    side_by_side,
    one_cache,
    all_caches,
    keep_turned,
    first_cache,
    more_caches,
    surplus_caches,
    no_dropout
};

/// The blocks one behind the other, with one slip.
Forward with(Slip slip) {
    return [slip](const Encoder& p, const Tensor<3>& x, EncoderCache& cache, Rng* rng, Keep keep) -> Tensor<3> {
        const std::size_t L = p.blocks.size(), last = slip == Slip::one_less ? L - 1 : L;
        bool all = keep == Keep::everything;
        if (slip == Slip::one_cache || slip == Slip::all_caches) all = slip == Slip::all_caches;
        if (slip == Slip::keep_turned) all = !all;
        const std::size_t before = slip == Slip::more_caches ? cache.blocks.size() : 0;
        const std::size_t wanted = before + (all ? L : 1);
        const bool surplus = slip == Slip::surplus_caches && all;
        cache.blocks.resize(surplus ? std::max(wanted, cache.blocks.size()) : wanted);
        if (slip == Slip::first_cache) all = false;
        if (slip == Slip::no_dropout) rng = nullptr;
        Tensor<3> tokens = x;
        for (std::size_t i = 0; i < last; ++i) {
            const std::size_t block = slip == Slip::shared ? 0 : slip == Slip::from_the_end ? L - 1 - i : i;
            Tensor<3> y = block_forward(p.blocks[block], slip == Slip::side_by_side ? x : tokens,
                                        cache.blocks[before + (all ? i : 0)], rng);
            if (slip == Slip::side_by_side && i > 0) y += tokens;
            tokens = y;
        }
        return tokens;
    };
}

Encoder random_encoder(double dropout = 0, std::size_t depth = 3) {
    Encoder p = make_encoder(
        {.attention = {.width = 6, .heads = 3}, .mlp = {.width = 6, .hidden = 7, .dropout = dropout}, .eps = 0.1},
        depth);
    Rng rng(1);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.2, 0.5);
    return p;
}

/// `depth_before`: the cache comes from a pass of another model, of so many blocks.
Trial<Forward> try_on(const std::string& inputs, Keep keep, double dropout = 0, std::size_t depth_before = 0) {
    const Encoder p = random_encoder(dropout);
    const Tensor<3> x = Rng(2).normal_tensor<3>({2, 5, 6});
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                EncoderCache cache;
                Rng rng(3);
                if (depth_before > 0) f(random_encoder(0, depth_before), x, cache, nullptr, Keep::everything);
                const Tensor<3> y = f(p, x, cache, dropout > 0 ? &rng : nullptr, keep);
                Outputs made{output("number of caches", static_cast<double>(cache.blocks.size()))};
                for (std::size_t i = 0; i < 3; ++i)
                    made.push_back(output("cache.block(" + std::to_string(i) + ").attention.x", "BND",
                                          cache.blocks.empty() ? Tensor<3>() : cache.block(i).attention.x));
                made.push_back(output("y", "BND", y));
                return made;
            },
            .givens = {output("x", "BND", x)},
            .tolerance = 1e-11};
}

Exercise<Forward> forward_exercise() {
    return {
        .name = "5.3 encoder_forward",
        .reference = with(Slip::none),
        .trials = {try_on("three blocks, B=2 N=5 D=6", Keep::everything),
                   try_on("the same with Keep::one_block", Keep::one_block),
                   try_on("training with a dropout of 0.4", Keep::everything, 0.4),
                   try_on("Keep::one_block in a cache that was used before, with everything", Keep::one_block, 0, 3),
                   try_on("everything, in a cache that a model of four blocks used before", Keep::everything, 0, 4)},
        .wrong_answers = {
            {"blocks_share_weights", "three times the first block. Each block has weights of its own: p.blocks[i].", "",
             with(Slip::shared)},
            {"one_block_less", "a stack without its last block: i runs up to L, not up to L - 1.", "",
             with(Slip::one_less)},
            {"blocks_from_the_end", "a stack that begins with the last block.", "", with(Slip::from_the_end)},
            {"blocks_side_by_side", "a stack whose blocks all read x. Each reads what the one before returned.", "",
             with(Slip::side_by_side)},
            {"caches_for_all_though_one_is_enough",
             "a stack that keeps a cache for each block in any case. With Keep::one_block there is one, which all "
             "blocks use in turn: inference needs no more.",
             "", with(Slip::all_caches)},
            {"keep_turned_round",
             "a stack that reads keep the wrong way round: one cache where everything is to be kept, and all where "
             "one is enough.",
             "", with(Slip::keep_turned)},
            {"all_blocks_write_into_the_first_cache",
             "a stack with a cache for each block, of which all blocks use the first: cache.blocks[i] belongs to "
             "block i.",
             "", with(Slip::first_cache)},
            {"more_caches_with_every_pass",
             "a stack whose caches grow with every pass: push_back adds them behind those of the pass before. Say "
             "how many there are to be: resize.",
             "", with(Slip::more_caches)},
            {"caches_of_another_model_stay",
             "a stack that adds the caches that it lacks, and keeps those that a deeper model has left behind. The "
             "way back then finds more caches than blocks: resize.",
             "", with(Slip::surplus_caches)},
            {"encoder_drops_nothing",
             "a stack that does not hand the random numbers to its blocks, so that nothing is dropped. rng is "
             "block_forward's last argument.",
             "", with(Slip::no_dropout)},
            {"one_cache_for_all",
             "a stack that keeps one cache where all are asked for: each block writes over what the one before had "
             "kept, and "
             "the way back is lost.",
             "", with(Slip::one_cache)},
        }};
}

enum class Back { right, forward_order, first_cache, one_less, one_gradient, overwrites, shared, caches_turned };

Backward back(Back slip) {
    return [slip](const Encoder& p, const EncoderCache& cache, Tensor<3> dy, Encoder& grad) -> Tensor<3> {
        const std::size_t L = p.blocks.size();
        if (slip == Back::overwrites)
            for (const Parameter& g : named_parameters(grad)) std::fill(g.values.begin(), g.values.end(), 0);
        for (std::size_t step = 0; step < (slip == Back::one_less ? L - 1 : L); ++step) {
            const std::size_t i = slip == Back::forward_order ? step : L - 1 - step;
            const std::size_t kept = slip == Back::first_cache ? 0 : slip == Back::caches_turned ? step : i;
            dy = block_backward(p.blocks[slip == Back::shared ? 0 : i], cache.blocks[kept], dy,
                                grad.blocks[slip == Back::one_gradient ? 0 : i]);
        }
        return dy;
    };
}

Trial<Backward> try_back(const std::string& inputs, double size, double tolerance) {
    const Encoder p = random_encoder();
    const Tensor<3> x = Rng(4).normal_tensor<3>({2, 5, 6}), dy = Rng(5).normal_tensor<3>({2, 5, 6}, 0, size);
    EncoderCache cache;
    with(Slip::none)(p, x, cache, nullptr, Keep::everything);
    Encoder before = p;  // gradients that are not zero
    for (const Parameter& g : named_parameters(before))
        for (Scalar& number : g.values) number *= size;
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Encoder grad = before;
                const Tensor<3> dx = f(p, cache, dy, grad);
                return outputs("grad.blocks", named_parameters(grad)) + Outputs{output("dx", "BND", dx)};
            },
            .givens = {output("dy", "BND", dy)},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    return {
        .name = "5.4 encoder_backward",
        .reference = back(Back::right),
        .trials = {try_back("three blocks, B=2 N=5 D=6, in gradients that are not zero before", 1, 1e-10),
                   try_back("gradients of size 1e-6", 1e-6, 1e-15)},
        .wrong_answers = {
            {"encoder_backward_from_the_front",
             "a way back that begins with the first block. The last block was the last to act: it is the first on the "
             "way "
             "back.",
             "", back(Back::forward_order)},
            {"encoder_backward_first_cache", "a way back with the first block's cache for every block.", "",
             back(Back::first_cache)},
            {"encoder_backward_caches_turned",
             "a way back that takes the caches from first to last, and the blocks from last to first. Block i goes "
             "back with the cache that it filled, cache.blocks[i].",
             "", back(Back::caches_turned)},
            {"encoder_backward_one_block_less", "a way back that stops before the first block.", "",
             back(Back::one_less)},
            {"encoder_backward_one_gradient", "a way back that adds the gradients of all blocks to those of the first.",
             "", back(Back::one_gradient)},
            {"encoder_gradients_overwritten",
             "grad = ... where grad += ... is meant: what stood in the gradients before is lost.",
             "karpathy/nn-zero-to-hero#52", back(Back::overwrites)},
            {"encoder_backward_shared", "a way back with the first block's weights for every block.", "",
             back(Back::shared)},
        }};
}

}  // namespace

TEST_CASE("5.3 encoder_forward") {
    check(forward_exercise(), encoder_forward);
}

TEST_CASE("5.3 encoder_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("5.4 encoder_backward") {
    check(backward_exercise(), encoder_backward);
}

TEST_CASE("5.4 encoder_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
