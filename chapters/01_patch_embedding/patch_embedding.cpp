#include "01_patch_embedding/patch_embedding.h"

#include <cmath>
#include <utility>

#include "common/tensor/axes.h"

namespace vit {

PatchEmbedding make_patch_embedding(std::size_t channels, std::size_t patch_size, std::size_t width, PatchOrder order) {
    return {.patch_size = patch_size,
            .order = order,
            .channels = channels,
            .projection = make_linear(channels * patch_size * patch_size, width)};
}

void initialise(PatchEmbedding& p, Rng& rng) {
    const auto inputs = static_cast<Scalar>(p.projection.weight.shape()[1]);
    rng.fill_truncated_normal(p.projection.weight.storage(), 1 / std::sqrt(inputs));
    p.projection.bias.fill(0);
}

Parameters named_parameters(PatchEmbedding& p) {
    Parameters parameters;
    append(parameters, "proj", named_parameters(p.projection));
    const std::size_t width = p.projection.weight.shape()[0];
    parameters[0].shape = p.order == PatchOrder::c_p1_p2 ? Shape{width, p.channels, p.patch_size, p.patch_size}
                                                         : Shape{width, p.patch_size, p.patch_size, p.channels};
    return parameters;
}

Tensor<3> patch_embedding_forward(const PatchEmbedding& p, const Tensor<4>& images, PatchEmbeddingCache& cache) {
    Axes axes("patch_embedding_forward");
    axes.set('C', p.channels, "the model").check("images", "*C**", images);
    cache.image_shape = shape_of(images);
    // 1. Cut every image into patches.
    cache.patches = patchify(images, p.patch_size, p.order);  // (B, N, C P P)
    // 2. Project every patch to the model's width.
    return linear_forward(p.projection, cache.patches);  // (B, N, D)
}

Tensor<4> patch_embedding_backward(const PatchEmbedding& p, const PatchEmbeddingCache& cache, const Tensor<3>& dy,
                                   PatchEmbedding& grad) {
    // 2. Through the projection.
    const Tensor<3> dpatches = linear_backward(p.projection, cache.patches, dy, grad.projection);  // (B, N, C P P)
    // 1. Every number goes back to the pixel it came from.
    return unpatchify(dpatches, cache.image_shape, p.patch_size, p.order);  // (B, C, H, W)
}

}  // namespace vit
