// The patch embedding of chapter 1 with a LayerNorm on each side of its projection.
//
//     images (B, C, H, W) -> patches (B, N, C P P) -> LayerNorm -> projection (B, N, D) -> LayerNorm
//
// The paper has neither norm. Kumar et al. 2023, "Dual PatchNorm", found that both together train better.
#pragma once

#include "01_patch_embedding/patch_embedding.h"
#include "03_attention/layer_norm.h"

namespace vit {

struct PatchNorms {
    LayerNorm norm_in;   // over the C P P numbers of a patch
    LayerNorm norm_out;  // over the D numbers of an embedding
};

struct PatchNormsCache {
    LayerNormCache norm_in, norm_out;
};

/// All parameters zero.
PatchNorms make_patch_norms(const PatchEmbeddingConfig& config, double eps);

void initialise(PatchNorms& p);

/// "norm_in.weight", "norm_in.bias", "norm_out.weight", "norm_out.bias".
Parameters named_parameters(PatchNorms& p);

/// images (B, C, H, W) -> (B, N, D). A layer between the steps of another one: it takes the parameters and the caches
/// of both.
Tensor<3> normed_patch_embedding_forward(const PatchEmbedding& p, const PatchNorms& norms, const Tensor<4>& images,
                                         PatchEmbeddingCache& cache, PatchNormsCache& norms_cache);

/// From dy (B, N, D) returns dL/dimages (B, C, H, W) and adds the parameters' gradients to grad and norms_grad.
Tensor<4> normed_patch_embedding_backward(const PatchEmbedding& p, const PatchNorms& norms,
                                          const PatchEmbeddingCache& cache, const PatchNormsCache& norms_cache,
                                          const Tensor<3>& dy, PatchEmbedding& grad, PatchNorms& norms_grad);

}  // namespace vit
