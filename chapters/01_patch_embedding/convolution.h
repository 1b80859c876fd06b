// The same embedding, seen as a convolution: a kernel of P x P pixels that moves on by P pixels (stride P).
//
//     images (B, C, H, W)  ->  (B, D, H / P, W / P)        weight (D, C, P, P), bias (D)
//
// Frameworks write the patch embedding as Conv2d(C, D, kernel_size=P, stride=P). Here it is as plain loops: slow, and
// nothing hidden.
#pragma once

#include "01_patch_embedding/patch_embedding.h"

namespace vit {

/// One output for every place of the kernel: the sum of weight times pixel, plus the bias. `stride` is how many pixels
/// the kernel moves on. Places where the kernel would reach beyond the image are left out.
Tensor<4> convolve(const Tensor<4>& images, const Tensor<4>& weight, const Tensor<1>& bias, std::size_t stride);

/// The patch embeddings (B, N, D) computed by that convolution, for patch vectors in either order.
Tensor<3> patch_embedding_by_convolution(const PatchEmbedding& p, const Tensor<4>& images);

}  // namespace vit
