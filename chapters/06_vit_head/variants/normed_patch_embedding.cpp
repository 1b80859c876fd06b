#include "06_vit_head/variants/normed_patch_embedding.h"

namespace vit {

PatchNorms make_patch_norms(const PatchEmbeddingConfig& config, double eps) {
    const auto [C, P, D, order] = config;
    return {.norm_in = make_layer_norm(C * P * P, eps), .norm_out = make_layer_norm(D, eps)};
}

void initialise(PatchNorms& p) {
    initialise(p.norm_in);
    initialise(p.norm_out);
}

Parameters named_parameters(PatchNorms& p) {
    Parameters parameters;
    append(parameters, "norm_in", named_parameters(p.norm_in));
    append(parameters, "norm_out", named_parameters(p.norm_out));
    return parameters;
}

Tensor<3> normed_patch_embedding_forward(const PatchEmbedding& p, const PatchNorms& norms, const Tensor<4>& images,
                                         PatchEmbeddingCache& cache, PatchNormsCache& norms_cache) {
    cache.image_shape = shape_of(images);
    // 1. Cut, as in patch_embedding_forward.
    const Tensor<3> patches = patchify(images, p.config.patch_size, p.config.order);  // (B, N, C P P)
    // 2. The norm over each patch.
    cache.patches = layer_norm_forward(norms.norm_in, patches, norms_cache.norm_in);  // (B, N, C P P)
    // 3. Project.
    const Tensor<3> embeddings = linear_forward(p.projection, cache.patches);  // (B, N, D)
    // 4. The norm over each embedding.
    return layer_norm_forward(norms.norm_out, embeddings, norms_cache.norm_out);  // (B, N, D)
}

Tensor<4> normed_patch_embedding_backward(const PatchEmbedding& p, const PatchNorms& norms,
                                          const PatchEmbeddingCache& cache, const PatchNormsCache& norms_cache,
                                          const Tensor<3>& dy, PatchEmbedding& grad, PatchNorms& norms_grad) {
    // 4.
    const Tensor<3> dembeddings =
        layer_norm_backward(norms.norm_out, norms_cache.norm_out, dy, norms_grad.norm_out);  // (B, N, D)
    // 3.
    const Tensor<3> dnormed =
        linear_backward(p.projection, cache.patches, dembeddings, grad.projection);  // (B, N, C P P)
    // 2.
    const Tensor<3> dpatches =
        layer_norm_backward(norms.norm_in, norms_cache.norm_in, dnormed, norms_grad.norm_in);  // (B, N, C P P)
    // 1.
    return unpatchify(dpatches, cache.image_shape, p.config.patch_size, p.config.order);  // (B, C, H, W)
}

}  // namespace vit
