// Class token and positions: the two learned inputs that make a sequence of patches readable.
//
//     patch embeddings (B, N, D)  ->  with class token (B, 1 + N, D)  ->  plus positions (B, 1 + N, D)
//
// Vision Transformer paper (Dosovitskiy et al. 2020), equation 1: z_0 = [x_class; x_p E] + E_pos. Attention has no
// sense of order: without E_pos, an image whose patches are shuffled is the same image to the model.
#pragma once

#include "common/tensor/parameters.h"
#include "common/tensor/random.h"
#include "common/tensor/tensor.h"

namespace vit {

struct Tokens {
    Tensor<3> class_token;  // (1, 1, D), the same for every image; or (1, 0, D): none is put in front
    Tensor<3> position;     // (1, T, D) with T = N + 1, or N without a class token
};

/// All parameters zero.
Tokens make_tokens(std::size_t patches, std::size_t width, bool class_token = true);

/// Class token zero, positions from N(0, 0.02), as in the paper's code.
void initialise(Tokens& p, Rng& rng);

/// "cls_token" (1, 1, D), if there is one, and "pos_embed" (1, T, D).
Parameters named_parameters(Tokens& p);

/// x (B, N, D) -> (B, T, D): the class token in front of each image's tokens, then the positions added.
Tensor<3> tokens_forward(const Tokens& p, const Tensor<3>& x);

/// From dy (B, T, D) returns dx (B, N, D) and adds the gradients to grad: both parameters are used by every image, so
/// both collect from the whole batch.
Tensor<3> tokens_backward(const Tokens& p, const Tensor<3>& dy, Tokens& grad);

}  // namespace vit
