#include "06_vit_head/vit.h"

#include <utility>

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

// Steps 1 and 4 have a variant each.

Tensor<3> embed_patches(const Vit& p, const Tensor<4>& images, VitCache& cache) {
    if (!p.patch_norms) return patch_embedding_forward(p.patch_embedding, images, cache.patch_embedding);  // (B, N, D)
    return normed_patch_embedding_forward(p.patch_embedding, *p.patch_norms, images, cache.patch_embedding,
                                          cache.patch_norms);  // (B, N, D)
}

Tensor<4> embed_patches_backward(const Vit& p, const VitCache& cache, const Tensor<3>& dy, Vit& grad) {
    if (!p.patch_norms) {
        return patch_embedding_backward(p.patch_embedding, cache.patch_embedding, dy, grad.patch_embedding);
    }
    return normed_patch_embedding_backward(p.patch_embedding, *p.patch_norms, cache.patch_embedding, cache.patch_norms,
                                           dy, grad.patch_embedding, *grad.patch_norms);
}

Tensor<3> norm_and_pool(const Vit& p, const Tensor<3>& x, VitCache& cache) {
    if (p.config.final_norm == FinalNorm::before_pooling) {
        const Tensor<3> normed = layer_norm_forward(p.norm, x, cache.norm);  // (B, T, D)
        return pooling_forward(p.config.pooling, normed);                    // (B, 1, D)
    }
    const Tensor<3> pooled = pooling_forward(p.config.pooling, x);  // (B, 1, D)
    return layer_norm_forward(p.norm, pooled, cache.norm);          // (B, 1, D)
}

Tensor<3> norm_and_pool_backward(const Vit& p, const VitCache& cache, const Tensor<3>& dy, Vit& grad) {
    const std::size_t T = cache.encoded[1];
    if (p.config.final_norm == FinalNorm::before_pooling) {
        const Tensor<3> dnormed = pooling_backward(p.config.pooling, dy, T);  // (B, T, D)
        return layer_norm_backward(p.norm, cache.norm, dnormed, grad.norm);   // (B, T, D)
    }
    const Tensor<3> dpooled = layer_norm_backward(p.norm, cache.norm, dy, grad.norm);  // (B, 1, D)
    return pooling_backward(p.config.pooling, dpooled, T);                             // (B, T, D)
}

}  // namespace

Vit make_vit(const VitConfig& config) {
    check(config);
    const PatchEmbeddingConfig patches = patch_embedding_config(config);
    Vit p{.config = config,
          .patch_embedding = make_patch_embedding(patches),
          .patch_norms = std::nullopt,
          .tokens = make_tokens(config.patches(), config.width, config.has_class_token()),
          .encoder = make_encoder(block_config(config), config.depth),
          .norm = make_layer_norm(config.width, config.eps),
          .head = make_linear(config.width, config.classes)};
    if (config.patch_norm) p.patch_norms = make_patch_norms(patches, config.eps);
    return p;
}

void initialise(Vit& p, Rng& rng) {
    initialise(p.patch_embedding, rng);
    if (p.patch_norms) initialise(*p.patch_norms);
    initialise(p.tokens, rng);
    initialise(p.encoder, rng);
    initialise(p.norm);
    p.head.weight.fill(0);  // at first, no class is preferred
    p.head.bias.fill(0);
}

Parameters named_parameters(Vit& p) {
    Parameters parameters = named_parameters(p.tokens);
    append(parameters, "patch_embed", named_parameters(p.patch_embedding));
    if (p.patch_norms) append(parameters, "patch_embed", named_parameters(*p.patch_norms));
    append(parameters, "blocks", named_parameters(p.encoder));
    append(parameters, "norm", named_parameters(p.norm));
    append(parameters, "head", named_parameters(p.head));
    return parameters;
}

// #region exercise 6.4 vit_forward (medium, 15 minutes)
Tensor<2> vit_forward(const Vit& p, const Tensor<4>& images, VitCache& cache, Rng* rng, Keep keep) {
    Axes axes("vit_forward");
    axes.set('C', p.config.channels, "the model").set('H', p.config.image_height, "the model");
    axes.set('W', p.config.image_width, "the model").check("images", "BCHW", images);

    // 1. Cut the images into patches and embed each.
    const Tensor<3> embeddings = embed_patches(p, images, cache);  // (B, N, D)
    // 2. The class token in front, positions added; then dropout.
    Tensor<3> tokens = tokens_forward(p.tokens, embeddings);  // (B, T, D)
    Tensor<3> kept = dropout_forward(p.config.embedding_dropout, std::move(tokens), cache.embedding_dropout, rng);
    // 3. L encoder blocks. The way back needs the shape of what comes out.
    const Tensor<3> encoded = encoder_forward(p.encoder, std::move(kept), cache.encoder, rng, keep);  // (B, T, D)
    cache.encoded = shape_of(encoded);
    // 4. The last norm, and one vector for the image; in the paper, the class token's.
    const Tensor<3> pooled = norm_and_pool(p, encoded, cache);  // (B, 1, D)
    // 5. A score for each class. The way back needs what the head reads.
    cache.pooled = drop_token_axis(pooled);       // (B, D)
    return linear_forward(p.head, cache.pooled);  // (B, Y)
}
// #endregion

// #region exercise 6.5 vit_backward (medium, 20 minutes)
Tensor<4> vit_backward(const Vit& p, const VitCache& cache, const Tensor<2>& dlogits, Vit& grad) {
    Axes axes("vit_backward");
    axes.set('Y', p.config.classes, "the model").check("pooled", "BD", cache.pooled).check("dlogits", "BY", dlogits);

    // 5. Through the head.
    const Tensor<2> dpooled = linear_backward(p.head, cache.pooled, dlogits, grad.head);  // (B, D)
    // 4. Through the last norm and the pooling.
    const Tensor<3> dencoded = norm_and_pool_backward(p, cache, add_token_axis(dpooled), grad);  // (B, T, D)
    // 3. Through the blocks, from the last to the first.
    Tensor<3> dkept = encoder_backward(p.encoder, cache.encoder, dencoded, grad.encoder);  // (B, T, D)
    // 2. Through the dropout, to the class token and the positions.
    const Tensor<3> dtokens = dropout_backward(cache.embedding_dropout, std::move(dkept));  // (B, T, D)
    const Tensor<3> dembeddings = tokens_backward(p.tokens, dtokens, grad.tokens);          // (B, N, D)
    // 1. Through the patch embedding.
    return embed_patches_backward(p, cache, dembeddings, grad);  // (B, C, H, W)
}
// #endregion

}  // namespace vit
