// Patches: an image cut into squares of P x P pixels, each laid out as one vector.
//
//     images (B, C, H, W)   <->  patches (B, N, C P P)        N = (H / P) (W / P)
//     b c (i p1) (j p2)     <->  b (i j) (c p1 p2)
//
// Square i, j lies in row i and column j of the grid of squares; they are numbered as text is read, row by row. Vision
// Transformer paper (Dosovitskiy et al. 2020), section 3.1. No number is changed, only moved, so each of the two
// functions is the other's inverse, and also the other's backward pass.
#pragma once

#include <string>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// The order of the numbers inside a patch vector. The published weights of timm, torchvision and Hugging Face want
/// channel by channel, (c p1 p2), as a convolution's weights lie; others write pixel by pixel, (p1 p2 c).
enum class PatchOrder { c_p1_p2, p1_p2_c };
inline const std::vector<std::string> patch_order_names{"c_p1_p2", "p1_p2_c"};  // on the command line and in files

/// How many patches lie along a side of `size` pixels. Throws std::invalid_argument unless it is a whole number:
/// "FUNCTION: image SIDE 30 is not a multiple of patch size 4".
std::size_t patches_along(const char* function, const char* side, std::size_t size, std::size_t patch_size);

/// images (B, C, H, W) -> patches (B, N, C P P). Throws std::invalid_argument if P does not divide H and W.
Tensor<3> patchify(const Tensor<4>& images, std::size_t patch_size, PatchOrder order = PatchOrder::c_p1_p2);

/// patches (B, N, C P P) -> images (B, C, H, W), the inverse of patchify. `image_shape` is (B, C, H, W). Throws
/// std::invalid_argument if the patches are not those of such images.
Tensor<4> unpatchify(const Tensor<3>& patches, const Shape& image_shape, std::size_t patch_size,
                     PatchOrder order = PatchOrder::c_p1_p2);

}  // namespace vit
