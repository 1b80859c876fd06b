#include "06_vit_head/variants/normed_patch_embedding.h"

#include "common/tensor/axes.h"

namespace vit {

Parameters named_parameters(NormedPatchEmbedding& p) {
    Parameters parameters;
    if (p.norm_in) append(parameters, "norm_in", named_parameters(*p.norm_in));
    for (Parameter& parameter : named_parameters(p.embedding)) parameters.push_back(parameter);
    if (p.norm_out) append(parameters, "norm_out", named_parameters(*p.norm_out));
    return parameters;
}

void initialise(NormedPatchEmbedding& p, Rng& rng) {
    if (p.norm_in) initialise(*p.norm_in);
    initialise(p.embedding, rng);
    if (p.norm_out) initialise(*p.norm_out);
}

Tensor<3> normed_patch_embedding_forward(const NormedPatchEmbedding& p, const Tensor<4>& images,
                                         NormedPatchEmbeddingCache& cache) {
    if (!p.norm_in && !p.norm_out) return patch_embedding_forward(p.embedding, images, cache.embedding);

    // The steps of patch_embedding_forward, with the norms between them.
    cache.embedding.image_shape = shape_of(images);
    Tensor<3> patches = patchify(images, p.embedding.patch_size, p.embedding.order);  // (B, N, C P P)
    cache.embedding.patches = p.norm_in ? layer_norm_forward(*p.norm_in, patches, cache.norm_in) : std::move(patches);
    Tensor<3> embeddings = linear_forward(p.embedding.projection, cache.embedding.patches);  // (B, N, D)
    return p.norm_out ? layer_norm_forward(*p.norm_out, embeddings, cache.norm_out) : embeddings;
}

Tensor<4> normed_patch_embedding_backward(const NormedPatchEmbedding& p, const NormedPatchEmbeddingCache& cache,
                                          const Tensor<3>& dy, NormedPatchEmbedding& grad) {
    if (!p.norm_in && !p.norm_out) return patch_embedding_backward(p.embedding, cache.embedding, dy, grad.embedding);

    const Tensor<3> dembeddings =
        p.norm_out ? layer_norm_backward(*p.norm_out, cache.norm_out, dy, *grad.norm_out) : dy;
    const Tensor<3> dnormed = linear_backward(p.embedding.projection, cache.embedding.patches, dembeddings,
                                              grad.embedding.projection);  // (B, N, C P P)
    const Tensor<3> dpatches =
        p.norm_in ? layer_norm_backward(*p.norm_in, cache.norm_in, dnormed, *grad.norm_in) : dnormed;
    return unpatchify(dpatches, cache.embedding.image_shape, p.embedding.patch_size, p.embedding.order);
}

}  // namespace vit
