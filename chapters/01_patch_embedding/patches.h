// Patches: an image cut into squares of P x P pixels, each laid out as one vector.
//
//     images (B, C, H, W)  <->  patches (B, N, C P P)        N = (H / P) (W / P)
//
// Patches are numbered as text is read: along the first row of squares, then the next. Vision Transformer paper
// (Dosovitskiy et al. 2020), section 3.1. No number is changed, only moved, so each of the two functions is the other's
// inverse, and also the other's backward pass.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// The order of the numbers inside a patch vector. The published weights of timm, torchvision and Hugging Face want
/// channel by channel, (c p1 p2), as a convolution's weights lie; others write pixel by pixel, (p1 p2 c).
enum class PatchOrder { c_p1_p2, p1_p2_c };

/// images (B, C, H, W) -> patches (B, N, C P P). Throws std::invalid_argument if P does not divide H and W.
Tensor<3> patchify(const Tensor<4>& images, std::size_t patch_size, PatchOrder order = PatchOrder::c_p1_p2);

/// patches (B, N, C P P) -> images (B, C, H, W), the inverse of patchify. `image_shape` is (B, C, H, W). Throws
/// std::invalid_argument if the patches are not those of such images.
Tensor<4> unpatchify(const Tensor<3>& patches, const Shape& image_shape, std::size_t patch_size,
                     PatchOrder order = PatchOrder::c_p1_p2);

}  // namespace vit
