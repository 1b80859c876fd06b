#include "01_patch_embedding/patch_embedding.h"

#include <fmt/core.h>

#include <cmath>
#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {

PatchEmbedding make_patch_embedding(const PatchEmbeddingConfig& config) {
    const auto [C, P, D, order] = config;
    if (C == 0 || P == 0 || D == 0) {
        throw std::invalid_argument(fmt::format(
            "patch_embedding: channels, patch size and width must be at least 1, but they are {}, {} and {}", C, P, D));
    }
    return {.config = config, .projection = make_linear(C * P * P, D)};
}

void initialise(PatchEmbedding& p, Rng& rng) {
    const auto inputs = static_cast<Scalar>(p.projection.weight.shape()[1]);  // C P P
    rng.fill_truncated_normal(p.projection.weight.storage(), 1 / std::sqrt(inputs));
    p.projection.bias.fill(0);
}

Parameters named_parameters(PatchEmbedding& p) {
    const auto [C, P, D, order] = p.config;
    Parameters parameters;
    append(parameters, "proj", named_parameters(p.projection));
    // The weight is published in a convolution's shape. Its numbers lie as they do in (D, C P P).
    parameters[0].shape = order == PatchOrder::c_p1_p2 ? Shape{D, C, P, P} : Shape{D, P, P, C};
    return parameters;
}

Tensor<3> patch_embedding_forward(const PatchEmbedding& p, const Tensor<4>& images, PatchEmbeddingCache& cache) {
    Axes("patch_embedding_forward").set('C', p.config.channels, "the model").check("images", "*C**", images);
    cache.image_shape = shape_of(images);
    // 1. Cut every image into patches.
    cache.patches = patchify(images, p.config.patch_size, p.config.order);  // (B, N, C P P)
    // 2. Project every patch to the model's width.
    return linear_forward(p.projection, cache.patches);  // (B, N, D)
}

Tensor<4> patch_embedding_backward(const PatchEmbedding& p, const PatchEmbeddingCache& cache, const Tensor<3>& dy,
                                   PatchEmbedding& grad) {
    // 2. Through the projection.
    const Tensor<3> dpatches = linear_backward(p.projection, cache.patches, dy, grad.projection);  // (B, N, C P P)
    // 1. Every number goes back to the pixel it came from.
    return unpatchify(dpatches, cache.image_shape, p.config.patch_size, p.config.order);  // (B, C, H, W)
}

}  // namespace vit
