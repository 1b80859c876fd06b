// A look at what a Vision Transformer reads: a picture cut into its patches.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// The image cut into square patches with white gaps between them: (C, H, W) -> (C, H + gap (H/P - 1), W + gap (W/P -
/// 1)), the gap in pixels. Throws std::invalid_argument if P does not divide H and W.
Tensor<3> spread_patches(const Tensor<3>& image, std::size_t patch_size, std::size_t gap);

}  // namespace vit
