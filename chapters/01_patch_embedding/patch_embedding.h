// Patch embedding: every patch becomes a vector of D numbers, all by the same Linear.
//
//     images (B, C, H, W)  ->  patches (B, N, C P P)  ->  patch embeddings (B, N, D)
//
// Vision Transformer paper (Dosovitskiy et al. 2020), equation 1: x_p E.
#pragma once

#include "01_patch_embedding/linear.h"
#include "01_patch_embedding/patches.h"

namespace vit {

struct PatchEmbeddingConfig {
    std::size_t channels = 3;                // C
    std::size_t patch_size = 16;             // P, in pixels
    std::size_t width = 768;                 // D
    PatchOrder order = PatchOrder::c_p1_p2;  // of the numbers in a patch vector
};

struct PatchEmbedding {
    PatchEmbeddingConfig config;
    Linear projection;  // (D, C P P), (D)
};

struct PatchEmbeddingCache {
    Shape image_shape;  // (B, C, H, W)
    Tensor<3> patches;  // (B, N, C P P), the Linear's input
};

/// All parameters zero. Throws std::invalid_argument if a size is 0.
PatchEmbedding make_patch_embedding(const PatchEmbeddingConfig& config);

/// LeCun's normal distribution, cut off at two standard deviations, as the paper's code has it: variance 1 / (C P P).
void initialise(PatchEmbedding& p, Rng& rng);

/// "proj.weight" (D, C, P, P), or (D, P, P, C) in the other order: the shape that a convolution's weight has;
/// "proj.bias".
Parameters named_parameters(PatchEmbedding& p);

/// images (B, C, H, W) -> (B, N, D). Throws std::invalid_argument if the sizes do not fit.
Tensor<3> patch_embedding_forward(const PatchEmbedding& p, const Tensor<4>& images, PatchEmbeddingCache& cache);

/// From dy (B, N, D) returns dL/dimages (B, C, H, W) and adds the parameters' gradients to grad.
Tensor<4> patch_embedding_backward(const PatchEmbedding& p, const PatchEmbeddingCache& cache, const Tensor<3>& dy,
                                   PatchEmbedding& grad);

}  // namespace vit
