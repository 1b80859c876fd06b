#include "06_vit_head/vit.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "06_vit_head/pooling.h"
#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<2>(const Vit&, const Tensor<4>&, VitCache&, Rng*, Keep)>;
using Backward = std::function<Tensor<4>(const Vit&, const VitCache&, const Tensor<2>&, Vit&)>;

enum class Slip {
    none,
    no_norm,
    norm_elsewhere,
    last_token,
    positions_first,
    at_the_end,
    no_blocks,
    no_dropout,
    no_dropout_in_blocks,
    keeps_all
};

bool norms_first(const Vit& p, Slip slip) {
    return (p.config.final_norm == FinalNorm::before_pooling) != (slip == Slip::norm_elsewhere);
}

/// Positions for the patches alone: the class token gets none.
Tensor<3> tokens_without_its_position(const Vit& p, const Tensor<3>& x) {
    Tokens tokens = p.tokens;
    if (p.config.has_class_token()) xt::view(tokens.position, 0, 0) = 0;
    return tokens_forward(tokens, x);
}

/// The class token behind the patches; each place keeps its position.
Tensor<3> tokens_with_it_at_the_end(const Vit& p, const Tensor<3>& x) {
    if (!p.config.has_class_token()) return tokens_forward(p.tokens, x);
    const auto [B, N, D] = x.shape();
    Tensor<3> y = zeros<3>({B, N + 1, D});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t t = 0; t <= N; ++t)
            for (std::size_t d = 0; d < D; ++d)
                y(b, t, d) = (t < N ? x(b, t, d) : p.tokens.class_token(0, 0, d)) + p.tokens.position(0, t, d);
    return y;
}

/// A model from its parts, with one slip.
Forward with(Slip slip) {
    return [slip](const Vit& p, const Tensor<4>& images, VitCache& cache, Rng* rng, Keep keep) -> Tensor<2> {
        const Tensor<3> embeddings = patch_embedding_forward(p.patch_embedding, images, cache.patch_embedding);
        Tensor<3> x = slip == Slip::positions_first ? tokens_without_its_position(p, embeddings)
                      : slip == Slip::at_the_end    ? tokens_with_it_at_the_end(p, embeddings)
                                                    : tokens_forward(p.tokens, embeddings);
        if (slip != Slip::no_dropout) x = dropout_forward(p.config.embedding_dropout, x, cache.embedding_dropout, rng);
        if (slip != Slip::no_blocks)
            x = encoder_forward(p.encoder, x, cache.encoder, slip == Slip::no_dropout_in_blocks ? nullptr : rng,
                                slip == Slip::keeps_all ? Keep::everything : keep);
        cache.encoded = shape_of(x);
        if (slip == Slip::last_token && p.config.pooling == Pooling::class_token) {
            const std::size_t T = x.shape()[1];
            const Tensor<3> last = xt::view(x, xt::all(), xt::range(T - 1, T), xt::all());
            xt::view(x, xt::all(), xt::range(0, 1), xt::all()) = last;
        }
        const bool first = norms_first(p, slip), normed = slip != Slip::no_norm;
        if (normed && first) x = layer_norm_forward(p.norm, x, cache.norm);
        Tensor<3> pooled = pooling_forward(p.config.pooling, x);
        if (normed && !first) pooled = layer_norm_forward(p.norm, pooled, cache.norm);
        cache.pooled = xt::reshape_view(pooled, {pooled.shape()[0], pooled.shape()[2]});
        return linear_forward(p.head, cache.pooled);
    };
}

Vit random_vit(Pooling pooling, FinalNorm final_norm, double dropout = 0) {
    Vit p = make_vit({.image_height = 6,
                      .image_width = 9,
                      .channels = 2,
                      .patch_size = 3,
                      .width = 4,
                      .depth = 2,
                      .heads = 2,
                      .hidden = 5,
                      .classes = 3,
                      .pooling = pooling,
                      .final_norm = final_norm,
                      .eps = 0.1,
                      .embedding_dropout = dropout,
                      .mlp_dropout = dropout});
    Rng rng(1);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.2, 0.5);
    return p;
}

Trial<Forward> try_on(const std::string& inputs, const Vit& p, bool training = false, Keep keep = Keep::everything) {
    const Tensor<4> images = Rng(2).normal_tensor<4>({2, 2, 6, 9});
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                VitCache cache;
                Rng rng(3);
                const Tensor<2> logits = f(p, images, cache, training ? &rng : nullptr, keep);
                return {
                    output("number of blocks whose cache is kept", static_cast<double>(cache.encoder.blocks.size())),
                    output("cache.pooled", "BD", cache.pooled), output("logits", "BY", logits)};
            },
            .tolerance = 1e-10};
}

Exercise<Forward> forward_exercise() {
    return {.name = "6.4 vit_forward",
            .reference = with(Slip::none),
            .trials = {try_on("B=2, images of 6 x 9 in 2 channels, P=3 D=4 L=2 Y=3",
                              random_vit(Pooling::class_token, FinalNorm::before_pooling)),
                       try_on("the mean of all tokens, no class token, the norm after the pooling",
                              random_vit(Pooling::mean, FinalNorm::after_pooling)),
                       try_on("the mean of all tokens, the class token among them, the norm before the pooling",
                              random_vit(Pooling::mean_with_class_token, FinalNorm::before_pooling)),
                       try_on("inference, with Keep::one_block",
                              random_vit(Pooling::class_token, FinalNorm::before_pooling), false, Keep::one_block),
                       try_on("training with a dropout of 0.3 after the positions and in the blocks",
                              random_vit(Pooling::class_token, FinalNorm::before_pooling, 0.3), true)},
            .wrong_answers = {
                {"final_ln_missing", "a model without the last LayerNorm.", "lucidrains/vit-pytorch#274",
                 with(Slip::no_norm)},
                {"final_ln_misplaced",
                 "a model whose last norm stands on the other side of the pooling: config.final_norm says on which.",
                 "lucidrains/vit-pytorch#317", with(Slip::norm_elsewhere)},
                {"vit_reads_last_token", "a model whose head reads the last token. The class token is token 0.",
                 "huggingface/transformers#33117", with(Slip::last_token)},
                {"vit_class_token_without_position",
                 "a model in which the positions were added before the class token came: it has none of its own.",
                 "labmlai/annotated_deep_learning_paper_implementations#221", with(Slip::positions_first)},
                {"vit_class_token_at_the_end",
                 "a model whose class token stands behind the patches, while the pooling looks at the front.",
                 "Tencent/digitalhuman#5", with(Slip::at_the_end)},
                {"vit_without_blocks", "a model without its encoder blocks.", "", with(Slip::no_blocks)},
                {"vit_no_dropout_in_blocks",
                 "a model that does not hand the random numbers to its blocks, which then drop nothing.", "",
                 with(Slip::no_dropout_in_blocks)},
                {"vit_keeps_every_block",
                 "a model that keeps every block's cache in any case: hand `keep` on to the encoder.", "",
                 with(Slip::keeps_all)},
                {"vit_without_dropout", "a model that forgets the dropout after the positions while it trains.", "",
                 with(Slip::no_dropout)},
            }};
}

enum class Back { right, no_norm, no_dropout, no_blocks, overwrites, no_tokens };

Backward back(Back slip) {
    return [slip](const Vit& p, const VitCache& cache, const Tensor<2>& dlogits, Vit& grad) -> Tensor<4> {
        if (slip == Back::overwrites)
            for (const Parameter& g : named_parameters(grad)) std::fill(g.values.begin(), g.values.end(), 0);
        const Tensor<2> dpooled = linear_backward(p.head, cache.pooled, dlogits, grad.head);
        Tensor<3> d = xt::reshape_view(dpooled, {dpooled.shape()[0], std::size_t(1), dpooled.shape()[1]});
        const bool normed = slip != Back::no_norm, first = p.config.final_norm == FinalNorm::before_pooling;
        if (normed && !first) d = layer_norm_backward(p.norm, cache.norm, d, grad.norm);
        d = pooling_backward(p.config.pooling, d, cache.encoded[1]);
        if (normed && first) d = layer_norm_backward(p.norm, cache.norm, d, grad.norm);
        if (slip != Back::no_blocks) d = encoder_backward(p.encoder, cache.encoder, d, grad.encoder);
        if (slip != Back::no_dropout) d = dropout_backward(cache.embedding_dropout, d);
        if (slip == Back::no_tokens) {
            const std::size_t in_front = p.config.has_class_token() ? 1 : 0;
            d = Tensor<3>(xt::view(d, xt::all(), xt::range(in_front, d.shape()[1]), xt::all()));
        } else {
            d = tokens_backward(p.tokens, d, grad.tokens);
        }
        return patch_embedding_backward(p.patch_embedding, cache.patch_embedding, d, grad.patch_embedding);
    };
}

Trial<Backward> try_back(const std::string& inputs, const Vit& p, bool training, double size, double tolerance) {
    const Tensor<4> images = Rng(4).normal_tensor<4>({2, 2, 6, 9});
    const Tensor<2> dlogits = Rng(5).normal_tensor<2>({2, 3}, 0, size);
    VitCache cache;
    Rng rng(6);
    with(Slip::none)(p, images, cache, training ? &rng : nullptr, Keep::everything);
    Vit before = p;  // gradients that are not zero
    for (const Parameter& g : named_parameters(before))
        for (Scalar& number : g.values) number *= size;
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Vit grad = before;
                const Tensor<4> dimages = f(p, cache, dlogits, grad);
                return outputs("grad", named_parameters(grad)) + Outputs{output("dimages", "BCHW", dimages)};
            },
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const Vit usual = random_vit(Pooling::class_token, FinalNorm::before_pooling);
    return {.name = "6.5 vit_backward",
            .reference = back(Back::right),
            .trials = {try_back(
                           "B=2, images of 6 x 9 in 2 channels, P=3 D=4 L=2 Y=3, in gradients that are not zero before",
                           usual, false, 1, 1e-10),
                       try_back("the mean of all tokens, the class token among them, the norm after the pooling",
                                random_vit(Pooling::mean_with_class_token, FinalNorm::after_pooling), false, 1, 1e-10),
                       try_back("a training pass with a dropout of 0.3",
                                random_vit(Pooling::class_token, FinalNorm::before_pooling, 0.3), true, 1, 1e-10),
                       try_back("gradients of size 1e-6", usual, false, 1e-6, 1e-15)},
            .wrong_answers = {
                {"vit_backward_no_norm", "a way back that steps over the last LayerNorm.", "", back(Back::no_norm)},
                {"vit_backward_no_blocks", "a way back that steps over the encoder: its blocks get no gradient.", "",
                 back(Back::no_blocks)},
                {"vit_backward_no_dropout", "a way back without the dropout after the positions.", "",
                 back(Back::no_dropout)},
                {"vit_backward_no_tokens",
                 "a way back that cuts the class token off and tells neither it nor the positions: tokens_backward "
                 "does both.",
                 "", back(Back::no_tokens)},
                {"vit_gradients_overwritten",
                 "grad = ... where grad += ... is meant: what stood in the gradients before is lost.",
                 "karpathy/nn-zero-to-hero#52", back(Back::overwrites)},
            }};
}

}  // namespace

TEST_CASE("6.4 vit_forward") {
    check(forward_exercise(), vit_forward);
}

TEST_CASE("6.4 vit_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("6.5 vit_backward") {
    check(backward_exercise(), vit_backward);
}

TEST_CASE("6.5 vit_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
