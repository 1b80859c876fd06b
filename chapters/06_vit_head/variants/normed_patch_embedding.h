// The patch embedding of chapter 1 with, if wanted, a LayerNorm on each side of its projection.
//
//     images (B, C, H, W) -> patches (B, N, C P P) [-> LayerNorm] -> (B, N, D) [-> LayerNorm]
//
// The paper has neither norm. Kumar et al. 2023, "Dual PatchNorm", found that both together train better.
#pragma once

#include <optional>

#include "01_patch_embedding/patch_embedding.h"
#include "03_attention/layer_norm.h"

namespace vit {

struct NormedPatchEmbedding {
    PatchEmbedding embedding;
    std::optional<LayerNorm> norm_in;   // over the C P P numbers of a patch
    std::optional<LayerNorm> norm_out;  // over the D numbers of an embedding
};

struct NormedPatchEmbeddingCache {
    PatchEmbeddingCache embedding;
    LayerNormCache norm_in, norm_out;
};

/// "norm_in.weight", ..., "proj.weight", "proj.bias", "norm_out.weight", ..., those that are there.
Parameters named_parameters(NormedPatchEmbedding& p);

void initialise(NormedPatchEmbedding& p, Rng& rng);

/// images (B, C, H, W) -> (B, N, D).
Tensor<3> normed_patch_embedding_forward(const NormedPatchEmbedding& p, const Tensor<4>& images,
                                         NormedPatchEmbeddingCache& cache);

/// From dy (B, N, D) returns dL/dimages (B, C, H, W) and adds the parameters' gradients to grad.
Tensor<4> normed_patch_embedding_backward(const NormedPatchEmbedding& p, const NormedPatchEmbeddingCache& cache,
                                          const Tensor<3>& dy, NormedPatchEmbedding& grad);

}  // namespace vit
