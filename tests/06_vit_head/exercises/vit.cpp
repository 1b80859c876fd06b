#include "06_vit_head/vit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<2>(const Vit&, const Tensor<4>&, VitCache&, Rng*, Keep)>;
using Backward = std::function<Tensor<4>(const Vit&, const VitCache&, const Tensor<2>&, Vit&)>;

enum class Slip {
    none,
    no_patch_norms,
    positions_first,
    class_token_last,
    no_positions,
    no_dropout,
    no_rng,
    no_blocks,
    keeps_everything,
    shape_not_kept,
    no_norm,
    other_place,
    before_blocks,
    normed_twice,
    last_token,
    first_patch,
    always_class_token,
    pooled_before_norm,
    no_head_bias,
    probabilities,
};

/// Class token, patches and positions, token by token.
Tensor<3> joined(const Tokens& p, const Tensor<3>& x, Slip slip) {
    const std::size_t B = x.shape()[0], N = x.shape()[1], D = x.shape()[2], T = p.position.shape()[1];
    const bool last = slip == Slip::class_token_last;
    Tensor<3> y = zeros<3>({B, T, D});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t t = 0; t < T; ++t)
            for (std::size_t d = 0; d < D; ++d) {
                const bool is_patch = T == N || (last ? t < N : t > 0);
                y(b, t, d) = is_patch ? x(b, T == N || last ? t : t - 1, d) : p.class_token(0, 0, d);
                if (slip == Slip::no_positions || (slip == Slip::positions_first && !is_patch)) continue;
                y(b, t, d) += p.position(0, t, d);
            }
    return y;
}

/// One token of each image, or the mean of all.
Tensor<3> pooled(Pooling pooling, const Tensor<3>& x, Slip slip) {
    const std::size_t B = x.shape()[0], T = x.shape()[1], D = x.shape()[2];
    const std::size_t chosen = slip == Slip::last_token ? T - 1 : slip == Slip::first_patch ? 1 : 0;
    const bool one = pooling == Pooling::class_token || slip == Slip::always_class_token;
    Tensor<3> y = zeros<3>({B, 1, D});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t d = 0; d < D; ++d) {
            for (std::size_t t = 0; t < T; ++t)
                if (!one || t == chosen) y(b, 0, d) += x(b, t, d);
            if (!one) y(b, 0, d) /= static_cast<double>(T);
        }
    return y;
}

/// (B, 1, D) -> (B, Y)
Tensor<2> scores(const Linear& head, const Tensor<2>& x) {
    Tensor<2> y = zeros<2>({x.shape()[0], head.bias.size()});
    for (std::size_t b = 0; b < y.shape()[0]; ++b)
        for (std::size_t o = 0; o < y.shape()[1]; ++o) {
            y(b, o) = head.bias(o);
            for (std::size_t d = 0; d < x.shape()[1]; ++d) y(b, o) += head.weight(o, d) * x(b, d);
        }
    return y;
}

Tensor<2> shares(const Tensor<2>& x) {
    Tensor<2> y = x;
    for (std::size_t b = 0; b < x.shape()[0]; ++b) {
        double sum = 0;
        for (std::size_t o = 0; o < x.shape()[1]; ++o) sum += std::exp(x(b, o));
        for (std::size_t o = 0; o < x.shape()[1]; ++o) y(b, o) = std::exp(x(b, o)) / sum;
    }
    return y;
}

Tensor<2> rows(const Tensor<3>& x) {
    Tensor<2> y = zeros<2>({x.shape()[0], x.shape()[2]});
    for (std::size_t b = 0; b < x.shape()[0]; ++b)
        for (std::size_t d = 0; d < x.shape()[2]; ++d) y(b, d) = x(b, 0, d);
    return y;
}

/// The model from the layers of earlier chapters, with one slip.
Forward with(Slip slip) {
    return [slip](const Vit& p, const Tensor<4>& images, VitCache& cache, Rng* rng, Keep keep) {
        const Tensor<3> embeddings = p.patch_norms && slip != Slip::no_patch_norms
                                         ? normed_patch_embedding_forward(p.patch_embedding, *p.patch_norms, images,
                                                                          cache.patch_embedding, cache.patch_norms)
                                         : patch_embedding_forward(p.patch_embedding, images, cache.patch_embedding);
        Tensor<3> x = dropout_forward(slip == Slip::no_dropout ? 0 : p.config.embedding_dropout,
                                      joined(p.tokens, embeddings, slip), cache.embedding_dropout, rng);
        if (slip == Slip::before_blocks) x = layer_norm_forward(p.norm, x, cache.norm);
        if (slip != Slip::no_blocks)
            x = encoder_forward(p.encoder, x, cache.encoder, slip == Slip::no_rng ? nullptr : rng,
                                slip == Slip::keeps_everything ? Keep::everything : keep);
        if (slip != Slip::shape_not_kept) cache.encoded = shape_of(x);
        bool before = p.config.final_norm == FinalNorm::before_pooling;
        if (slip == Slip::other_place) before = !before;
        const bool norm = slip != Slip::no_norm && slip != Slip::before_blocks, twice = slip == Slip::normed_twice;
        const Tensor<3> raw = pooled(p.config.pooling, x, slip);
        if (norm && (before || twice)) x = layer_norm_forward(p.norm, x, cache.norm);
        x = pooled(p.config.pooling, x, slip);
        if (norm && (!before || twice)) x = layer_norm_forward(p.norm, x, cache.norm);
        cache.pooled = rows(slip == Slip::pooled_before_norm ? raw : x);
        Linear head = p.head;
        if (slip == Slip::no_head_bias) head.bias.fill(0);
        const Tensor<2> logits = scores(head, rows(x));
        return slip == Slip::probabilities ? shares(logits) : logits;
    };
}

/// B = 3; C = 5, H = 6, W = 8, P = 2 (V = 20, N = 12, T = 13), D = 10, L = 2, A = 4, K = 3, F = 11, Y = 7.
VitConfig small(const std::function<void(VitConfig&)>& change = {}) {
    VitConfig config{.image_height = 6,
                     .image_width = 8,
                     .channels = 5,
                     .patch_size = 2,
                     .width = 10,
                     .depth = 2,
                     .heads = 4,
                     .head_width = 3,
                     .hidden = 11,
                     .classes = 7};
    if (change) change(config);
    return config;
}

Vit random_vit(const VitConfig& config, std::uint64_t seed = 1, double size = 1) {
    Vit p = make_vit(config);
    Rng rng(seed);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.1 * size, 0.5 * size);
    return p;
}

/// A model whose blocks add nothing, as all their weights are zero: two patches of one pixel each, tokens of 4 numbers.
Vit by_hand() {
    Vit p = make_vit({.image_height = 1,
                      .image_width = 2,
                      .channels = 1,
                      .patch_size = 1,
                      .width = 4,
                      .depth = 2,
                      .heads = 1,
                      .hidden = 1,
                      .classes = 2,
                      .eps = 0});
    p.patch_embedding.projection.weight = {{1}, {0}, {2}, {1}};
    p.tokens.class_token = {{{1, 1, 2, 2}}};
    p.tokens.position = {{{0, 0, 1, 1}, {1, 0, 0, 0}, {0, 1, 0, 0}}};
    p.norm.weight.fill(1);
    p.head.weight = {{4, 0, 0, 0}, {0, 1, 2, 3}};
    p.head.bias = {10, 20};
    return p;
}

const Tensor<4> two_pixels{{{{2, 4}}}};

Tensor<4> small_images(std::uint64_t seed) {
    return Rng(seed).normal_tensor<4>({3, 5, 6, 8});
}

Outputs outputs_of(const Vit& p, const VitCache& cache, const Tensor<2>& logits) {
    const bool ran = !cache.encoder.blocks.empty();
    Outputs all{output("cache.patch_embedding.patches", "BNV", cache.patch_embedding.patches)};
    all.push_back(output("cache.embedding_dropout.scale", "BTD", cache.embedding_dropout.scale));
    all.push_back(output("cache.encoder.blocks.size()", static_cast<double>(cache.encoder.blocks.size())));
    all.push_back(output("cache.encoder.blocks[0].norm1.normalised", "BTD",
                         ran ? cache.encoder.blocks[0].norm1.normalised : Tensor<3>{}));
    all.push_back({"cache.encoded", "", {{cache.encoded.size()}, {cache.encoded.begin(), cache.encoded.end()}}});
    all.push_back(p.config.final_norm == FinalNorm::before_pooling
                      ? output("cache.norm.normalised", "BTD", cache.norm.normalised)
                      : output("cache.norm.normalised", "B1D", cache.norm.normalised));
    all.push_back(output("cache.pooled", "BD", cache.pooled));
    all.push_back(output("logits", "BY", logits));
    return all;
}

Trial<Forward> try_on(const std::string& inputs, const Vit& p, const Tensor<4>& images, bool training = false,
                      Keep keep = Keep::everything) {
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                VitCache cache;
                Rng rng(2);
                const Tensor<2> logits = f(p, images, cache, training ? &rng : nullptr, keep);
                return outputs_of(p, cache, logits);
            },
            .tolerance = 1e-9};
}

const std::string hand = "two pixels in a model whose blocks add nothing: token 0 is (1, 1, 3, 3)";

void drop(VitConfig& c) {
    c.embedding_dropout = 0.3, c.attention_dropout = 0.2, c.projection_dropout = 0.25, c.mlp_dropout = 0.15;
}
void mean_then_norm(VitConfig& c) {
    c.pooling = Pooling::mean, c.final_norm = FinalNorm::after_pooling;
}
void mean_with_class_token(VitConfig& c) {
    c.pooling = Pooling::mean_with_class_token;
}
void patch_norms_and_norm_last(VitConfig& c) {
    c.patch_norm = true, c.final_norm = FinalNorm::after_pooling;
}

Exercise<Forward> forward_exercise() {
    return {
        .name = "6.4 vit_forward",
        .reference = with(Slip::none),
        .trials = {try_on(hand + ", the last norm makes (-1, -1, 1, 1) of it, and the logits are (6, 24)", by_hand(),
                          two_pixels),
                   try_on("random numbers, B=3 N=12 T=13 D=10 Y=7", random_vit(small()), small_images(3)),
                   try_on("the mean without a class token, the last norm behind it", random_vit(small(mean_then_norm)),
                          small_images(4)),
                   try_on("the mean with the class token, the last norm before it",
                          random_vit(small(mean_with_class_token)), small_images(5)),
                   try_on("LayerNorms around the patch projection, the last norm behind the pooling",
                          random_vit(small(patch_norms_and_norm_last)), small_images(6)),
                   try_on("training, with dropout everywhere", random_vit(small(drop)), small_images(7), true),
                   try_on("inference with Keep::one_block", random_vit(small(drop)), small_images(8), false,
                          Keep::one_block)},
        .promises = {{"every row of cache.norm.normalised adds up to 0, as the last norm takes the mean away",
                      [](const Outputs& made) {
                          return std::ranges::all_of(row_sums(made[5]),
                                                     [](double sum) { return std::abs(sum) < 1e-9; });
                      }}},
        .wrong_answers = {
            {"final_ln_missing",
             "the result of a model without its last LayerNorm: the head reads numbers of any size. norm_and_pool has "
             "the "
             "norm and "
             "the pooling.",
             "NVIDIA-NeMo/Speech#2197", with(Slip::no_norm)},
            {"final_ln_misplaced",
             "the result of a model with its last LayerNorm on the other side of the pooling. p.config.final_norm says "
             "where "
             "it "
             "stands; for a mean the two differ.",
             "lucidrains/vit-pytorch#274", with(Slip::other_place)},
            {"final_ln_before_blocks",
             "the result of a model with its last LayerNorm before the blocks. It stands behind them, where the sum "
             "has "
             "grown.",
             "", with(Slip::before_blocks)},
            {"final_ln_twice",
             "the result of a model that norms twice at its end, before and behind the pooling. There is one last "
             "LayerNorm.",
             "pytorch/pytorch#50086", with(Slip::normed_twice)},
            {"vit_reads_last_token",
             "the result of a model whose head reads the last token, a patch. The class token stands in front: it is "
             "token "
             "0.",
             "Tencent/digitalhuman#5", with(Slip::last_token)},
            {"vit_reads_first_patch",
             "the result of a model whose head reads token 1, the first patch. The class token is token 0.", "",
             with(Slip::first_patch)},
            {"vit_pooling_ignored",
             "the result of a model that reads token 0 whatever p.config.pooling says. A mean is over all tokens.", "",
             with(Slip::always_class_token)},
            {"vit_class_token_without_position",
             "the result of a model that adds the positions before the class token is there: the class token gets "
             "none. It "
             "comes "
             "first, and position 0 is its own.",
             "labmlai/annotated_deep_learning_paper_implementations#221", with(Slip::positions_first)},
            {"vit_class_token_at_the_end",
             "the result of a model with the class token behind the patches. The head then reads a patch, and every "
             "position "
             "belongs "
             "to the wrong token.",
             "huggingface/transformers#33117", with(Slip::class_token_last)},
            {"vit_no_positions",
             "the result of a model without positions: it cannot tell where a patch was. tokens_forward adds them.", "",
             with(Slip::no_positions)},
            {"vit_without_dropout",
             "the result of a model without the dropout of step 2, with p.config.embedding_dropout: in training it "
             "drops "
             "numbers of "
             "the tokens.",
             "", with(Slip::no_dropout)},
            {"vit_no_dropout_in_blocks",
             "the result of a model whose blocks get no random numbers, so that in training nothing drops in them. "
             "Hand rng "
             "on to "
             "encoder_forward.",
             "", with(Slip::no_rng)},
            {"vit_without_blocks", "the result of a model without its blocks: step 3, encoder_forward, is missing.", "",
             with(Slip::no_blocks)},
            {"vit_keeps_every_block",
             "the result of a model that keeps every block's cache at inference too. Hand keep on to encoder_forward.",
             "", with(Slip::keeps_everything)},
            {"vit_no_patch_norms",
             "the result of a model without the LayerNorms around the patch projection, which p.patch_norms has where "
             "the "
             "config "
             "asks for them. embed_patches has both cases.",
             "", with(Slip::no_patch_norms)},
            {"vit_shape_not_kept",
             "the result of a model that leaves cache.encoded empty. The way back of the pooling needs to know how "
             "many "
             "tokens there "
             "were.",
             "", with(Slip::shape_not_kept)},
            {"vit_pooled_before_norm",
             "the result of a model that keeps in cache.pooled what the pooling gave before the last norm. The head's "
             "way "
             "back needs "
             "what the head read.",
             "", with(Slip::pooled_before_norm)},
            {"vit_no_head_bias", "the result of a model whose head adds no bias.", "", with(Slip::no_head_bias)},
            {"softmax_in_the_model",
             "the result of a model that makes probabilities of its logits. The loss of chapter 7 takes logits and has "
             "the "
             "softmax "
             "itself; with both, learning is slow and the loss stays high.",
             "Lightning-AI/lightning-bolts#654", with(Slip::probabilities)},
        }};
}

enum class Back {
    right,
    overwrites,
    averages_again,
    no_head_gradient,
    no_norm,
    norm_gradient_lost,
    always_class_token,
    always_mean,
    not_divided,
    no_blocks,
    no_dropout,
    shifted,
    no_positions,
    no_class_token,
    no_tokens,
    no_patch_norms,
};

/// (B, 1, D) -> (B, T, D): to each token its share.
Tensor<3> spread(Pooling pooling, const Tensor<3>& dy, std::size_t T, Back slip) {
    bool one = pooling == Pooling::class_token;
    if (slip == Back::always_class_token) one = true;
    if (slip == Back::always_mean) one = false;
    Tensor<3> dx = zeros<3>({dy.shape()[0], T, dy.shape()[2]});
    for (std::size_t b = 0; b < dx.shape()[0]; ++b)
        for (std::size_t t = 0; t < (one ? 1 : T); ++t)
            for (std::size_t d = 0; d < dx.shape()[2]; ++d)
                dx(b, t, d) = dy(b, 0, d) / (one || slip == Back::not_divided ? 1 : static_cast<double>(T));
    return dx;
}

Tensor<3> through_head(const Vit& p, const VitCache& cache, const Tensor<2>& dlogits, Vit& grad, Back slip) {
    const std::size_t B = dlogits.shape()[0], Y = dlogits.shape()[1], D = p.head.weight.shape()[1];
    Tensor<3> dx = zeros<3>({B, 1, D});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t o = 0; o < Y; ++o) {
            const double dy = dlogits(b, o) / (slip == Back::averages_again ? static_cast<double>(B) : 1);
            for (std::size_t d = 0; d < D; ++d) dx(b, 0, d) += dy * p.head.weight(o, d);
            if (slip == Back::no_head_gradient) continue;
            for (std::size_t d = 0; d < D; ++d) grad.head.weight(o, d) += dy * cache.pooled(b, d);
            grad.head.bias(o) += dy;
        }
    return dx;
}

Tensor<3> through_tokens(const Tensor<3>& dy, Tokens& grad, Back slip) {
    const std::size_t B = dy.shape()[0], T = dy.shape()[1], D = dy.shape()[2], first = grad.class_token.shape()[1];
    Tensor<3> dx = zeros<3>({B, T - first, D});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t t = 0; t < T; ++t)
            for (std::size_t d = 0; d < D; ++d) {
                if (slip != Back::no_positions && slip != Back::no_tokens) grad.position(0, t, d) += dy(b, t, d);
                if (t < first && slip != Back::no_class_token && slip != Back::no_tokens)
                    grad.class_token(0, 0, d) += dy(b, t, d);
                if (t < T - first) dx(b, t, d) = dy(b, slip == Back::shifted ? t : t + first, d);
            }
    return dx;
}

/// The way back, with one slip.
Backward back(Back slip) {
    return [slip](const Vit& p, const VitCache& cache, const Tensor<2>& dlogits, Vit& grad) -> Tensor<4> {
        if (slip == Back::overwrites) grad = make_vit(p.config);
        const bool before = p.config.final_norm == FinalNorm::before_pooling;
        Tensor<3> d = through_head(p, cache, dlogits, grad, slip);
        if (before) d = spread(p.config.pooling, d, cache.encoded[1], slip);
        LayerNorm elsewhere = grad.norm;
        if (slip != Back::no_norm)
            d = layer_norm_backward(p.norm, cache.norm, d, slip == Back::norm_gradient_lost ? elsewhere : grad.norm);
        if (!before) d = spread(p.config.pooling, d, cache.encoded[1], slip);
        if (slip != Back::no_blocks) d = encoder_backward(p.encoder, cache.encoder, d, grad.encoder);
        if (slip != Back::no_dropout) d = dropout_backward(cache.embedding_dropout, d);
        d = through_tokens(d, grad.tokens, slip);
        if (!p.patch_norms || slip == Back::no_patch_norms)
            return patch_embedding_backward(p.patch_embedding, cache.patch_embedding, d, grad.patch_embedding);
        return normed_patch_embedding_backward(p.patch_embedding, *p.patch_norms, cache.patch_embedding,
                                               cache.patch_norms, d, grad.patch_embedding, *grad.patch_norms);
    };
}

/// All numbers of a part, one behind the other.
Output in_one(const std::string& name, const Parameters& parameters) {
    std::vector<double> all;
    for (const Parameter& p : parameters) all.insert(all.end(), p.values.begin(), p.values.end());
    return {name, "", {{all.size()}, all}};
}

/// The gradients in the order in which they are made.
Outputs gradients(const std::string& grad, Vit& of) {
    Outputs all{output(grad + ".head.weight", "YD", of.head.weight), output(grad + ".head.bias", "Y", of.head.bias),
                output(grad + ".norm.weight", "D", of.norm.weight), output(grad + ".norm.bias", "D", of.norm.bias)};
    for (std::size_t i = of.encoder.blocks.size(); i-- > 0;)
        all.push_back(
            in_one(grad + ".encoder.blocks[" + std::to_string(i) + "]", named_parameters(of.encoder.blocks[i])));
    all.push_back(output(grad + ".tokens.position", "1TD", of.tokens.position));
    all.push_back(output(grad + ".tokens.class_token", "11D", of.tokens.class_token));
    all.push_back(in_one(grad + ".patch_norms", of.patch_norms ? named_parameters(*of.patch_norms) : Parameters{}));
    all.push_back(output(grad + ".patch_embedding.projection.weight", "DV", of.patch_embedding.projection.weight));
    all.push_back(output(grad + ".patch_embedding.projection.bias", "D", of.patch_embedding.projection.bias));
    return all;
}

Trial<Backward> try_back(const std::string& inputs, const Vit& p, const Tensor<4>& images, const Tensor<2>& dlogits,
                         bool training = false, double size = 1, double tolerance = 1e-9) {
    Rng rng(9);
    VitCache cache;
    with(Slip::none)(p, images, cache, training ? &rng : nullptr, Keep::everything);
    Vit before = random_vit(p.config, 10, size);  // gradients that are not zero
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Vit grad = before;
                const Tensor<4> dimages = f(p, cache, dlogits, grad);
                return gradients("grad", grad) + Outputs{output("dimages", "BCHW", dimages)};
            },
            .givens = gradients("what stood before in grad", before),
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const auto dlogits = [](std::uint64_t seed) { return Rng(seed).normal_tensor<2>({3, 7}); };
    return {
        .name = "6.5 vit_backward",
        .reference = back(Back::right),
        .trials = {try_back(hand + ", dlogits is (1, 0), and token 0 gets the gradient (2, -2, 0, 0)", by_hand(),
                            two_pixels, Tensor<2>{{1, 0}}),
                   try_back("random numbers, B=3 N=12 T=13 D=10 Y=7, in gradients that are not zero before",
                            random_vit(small()), small_images(11), dlogits(12)),
                   try_back("the mean without a class token, the last norm behind it",
                            random_vit(small(mean_then_norm)), small_images(13), dlogits(14)),
                   try_back("the mean with the class token, the last norm before it",
                            random_vit(small(mean_with_class_token)), small_images(15), dlogits(16)),
                   try_back("LayerNorms around the patch projection, the last norm behind the pooling",
                            random_vit(small(patch_norms_and_norm_last)), small_images(17), dlogits(18)),
                   try_back("a training pass with dropout everywhere", random_vit(small(drop)), small_images(19),
                            dlogits(20), true),
                   try_back("gradients of size 1e-6", random_vit(small()), small_images(21), dlogits(22) * 1e-6, false,
                            1e-6, 1e-14)},
        .wrong_answers = {
            {"vit_gradients_overwritten",
             "grad = ... where grad += ... is meant: what stood in the gradients before is lost.",
             "karpathy/nn-zero-to-hero#52", back(Back::overwrites)},
            {"vit_gradient_averaged_again",
             "the result for dlogits / B. The loss divides by the number of images once, and dlogits has that "
             "already.",
             "", back(Back::averages_again)},
            {"head_gradient_missing",
             "the result of a way back without the head's own gradients. linear_backward returns dL/dpooled and also "
             "adds to "
             "grad.head.",
             "", back(Back::no_head_gradient)},
            {"vit_backward_no_norm",
             "the result of a way back that steps over the last norm. norm_and_pool_backward has its way back and the "
             "pooling's.",
             "", back(Back::no_norm)},
            {"final_ln_gradient_lost",
             "the result of a way back through the last norm that loses the gradients of its weight and bias: they "
             "belong "
             "into "
             "grad.norm.",
             "", back(Back::norm_gradient_lost)},
            {"vit_gradient_always_to_token_0",
             "the result of a way back on which token 0 gets all of the gradient, whatever the pooling was. Of a mean, "
             "each "
             "token "
             "gets 1 / T of it.",
             "", back(Back::always_class_token)},
            {"vit_gradient_always_spread",
             "the result of a way back on which every token gets 1 / T of the gradient, whatever the pooling was. If "
             "the "
             "head read "
             "the class token, token 0 gets all of it.",
             "", back(Back::always_mean)},
            {"vit_gradient_of_mean_whole",
             "the result of a way back on which every token of a mean gets the whole gradient. Each gets its share, 1 "
             "/ T.",
             "", back(Back::not_divided)},
            {"vit_backward_no_blocks",
             "the result of a way back around the blocks: step 3, encoder_backward, is missing.", "",
             back(Back::no_blocks)},
            {"vit_backward_no_dropout",
             "the result of a way back without the dropout of step 2: what was dropped gets no gradient.", "",
             back(Back::no_dropout)},
            {"vit_gradient_shifted",
             "the result of a way back on which patch n gets the gradient of token n. The class token is token 0, so "
             "patch n "
             "was "
             "token 1 + n.",
             "", back(Back::shifted)},
            {"vit_positions_gradient_missing",
             "the result of a way back without the gradient of the positions. tokens_backward adds it to grad.tokens.",
             "", back(Back::no_positions)},
            {"vit_class_token_gradient_missing",
             "the result of a way back without the gradient of the class token, which collects dtokens of token 0 over "
             "all "
             "images.",
             "", back(Back::no_class_token)},
            {"vit_backward_no_tokens",
             "the result of a way back that cuts the class token off and tells neither it nor the positions: "
             "tokens_backward "
             "does "
             "both.",
             "", back(Back::no_tokens)},
            {"vit_backward_no_patch_norms",
             "the result of a way back around the LayerNorms at the patch projection, which p.patch_norms has where "
             "the "
             "config asks "
             "for them. embed_patches_backward has both cases.",
             "", back(Back::no_patch_norms)},
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
