// Pooling: from one vector for each token to one vector for the image.
//
//     x (B, T, D) -> y (B, 1, D)
//
// Vision Transformer paper, equation 4 (class token) and appendix D.3 (mean).
#pragma once

#include "06_vit_head/vit_config.h"

namespace vit {

/// The class token's vector, which is token 0, or the mean of all tokens.
Tensor<3> pooling_forward(Pooling pooling, const Tensor<3>& x);

/// From dy (B, 1, D) returns dx (B, T, D): all of it to token 0, or an equal share to each of the T tokens.
Tensor<3> pooling_backward(Pooling pooling, const Tensor<3>& dy, std::size_t tokens);

}  // namespace vit
