#include "06_vit_head/vit.h"

#include <stdexcept>

#include "06_vit_head/pooling.h"
#include "common/tensor/axes.h"

namespace vit {
namespace {

/// (B, 1, D) -> (B, D): one vector for each image.
Tensor<2> drop_token_axis(const Tensor<3>& x) {
    return xt::reshape_view(x, {x.shape()[0], x.shape()[2]});
}

/// (B, D) -> (B, 1, D).
Tensor<3> add_token_axis(const Tensor<2>& x) {
    return xt::reshape_view(x, {x.shape()[0], std::size_t(1), x.shape()[1]});
}

NormedPatchEmbedding make_patch_embedding(const VitConfig& c) {
    NormedPatchEmbedding p{make_patch_embedding(c.channels, c.patch_size, c.width, c.patch_order), {}, {}};
    if (c.patch_norm) {
        p.norm_in = make_layer_norm(c.channels * c.patch_size * c.patch_size, c.epsilon);
        p.norm_out = make_layer_norm(c.width, c.epsilon);
    }
    return p;
}

}  // namespace

Vit make_vit(const VitConfig& config) {
    check(config);
    return {.config = config,
            .patch_embedding = make_patch_embedding(config),
            .tokens = make_tokens(config.patches(), config.width, config.pooling == Pooling::class_token),
            .encoder = make_encoder(block_config(config), config.depth),
            .norm = make_layer_norm(config.width, config.epsilon),
            .head = make_linear(config.width, config.classes)};
}

void initialise(Vit& p, Rng& rng) {
    initialise(p.patch_embedding, rng);
    initialise(p.tokens, rng);
    initialise(p.encoder, rng);
    initialise(p.norm);
    p.head.weight.fill(0);
    p.head.bias.fill(0);
}

Parameters named_parameters(Vit& p) {
    Parameters parameters = named_parameters(p.tokens);
    append(parameters, "patch_embed", named_parameters(p.patch_embedding));
    append(parameters, "blocks", named_parameters(p.encoder));
    append(parameters, "norm", named_parameters(p.norm));
    append(parameters, "head", named_parameters(p.head));
    return parameters;
}

Tensor<2> vit_forward(const Vit& p, const Tensor<4>& images, VitCache& cache, Rng* rng) {
    const bool norm_first = p.config.final_norm == FinalNorm::before_pooling;
    Axes axes("vit_forward");
    axes.set('C', p.config.channels, "the model").set('H', p.config.image_height, "the model");
    axes.set('W', p.config.image_width, "the model").check("images", "BCHW", images);

    // 1. Cut the images into patches and embed each.
    const Tensor<3> embeddings =
        normed_patch_embedding_forward(p.patch_embedding, images, cache.patch_embedding);  // (B, N, D)
    // 2. The class token in front, positions added.
    Tensor<3> tokens = tokens_forward(p.tokens, embeddings);  // (B, T, D)
    tokens = dropout_forward(p.config.embedding_dropout, std::move(tokens), rng, cache.embedding_dropout);
    // 3. L encoder blocks.
    const Tensor<3> encoded = encoder_forward(p.encoder, std::move(tokens), cache.encoder, rng);  // (B, T, D)
    cache.encoded = shape_of(encoded);
    // 4. The last norm, and one vector for the image; in the paper, the class token's.
    const Tensor<3> pooled =
        norm_first ? pooling_forward(p.config.pooling, layer_norm_forward(p.norm, encoded, cache.norm))
                   : layer_norm_forward(p.norm, pooling_forward(p.config.pooling, encoded), cache.norm);  // (B, 1, D)
    // 5. A score for each class.
    cache.pooled = drop_token_axis(pooled);       // (B, D)
    return linear_forward(p.head, cache.pooled);  // (B, Y)
}

Tensor<4> vit_backward(const Vit& p, const VitCache& cache, const Tensor<2>& dlogits, Vit& grad) {
    const bool norm_first = p.config.final_norm == FinalNorm::before_pooling;
    if (cache.encoder.keep != Keep::everything)
        throw std::logic_error("vit_backward: the forward pass kept only one block (Keep::one_block)");
    // 5.
    const Tensor<3> dpooled = add_token_axis(linear_backward(p.head, cache.pooled, dlogits, grad.head));  // (B, 1, D)
    // 4.
    const std::size_t tokens = cache.encoded[1];
    const Tensor<3> dencoded =
        norm_first
            ? layer_norm_backward(p.norm, cache.norm, pooling_backward(p.config.pooling, dpooled, tokens), grad.norm)
            : pooling_backward(p.config.pooling, layer_norm_backward(p.norm, cache.norm, dpooled, grad.norm), tokens);
    // 3.
    const Tensor<3> ddropped = encoder_backward(p.encoder, cache.encoder, dencoded, grad.encoder);  // (B, T, D)
    // 2.
    const Tensor<3> dtokens = dropout_backward(cache.embedding_dropout, ddropped);
    const Tensor<3> dembeddings = tokens_backward(dtokens, grad.tokens);  // (B, N, D)
    // 1.
    return normed_patch_embedding_backward(p.patch_embedding, cache.patch_embedding, dembeddings, grad.patch_embedding);
}

}  // namespace vit
