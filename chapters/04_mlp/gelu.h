// GELU: a smooth gate. x is multiplied by the probability that a standard normal number is below x.
//
//     gelu(x) = x Φ(x)        Φ(x) = (1 + erf(x / √2)) / 2        Hendrycks and Gimpel 2016, section 2
//
// Two cheaper forms are in use (the same section): a tanh that imitates Φ within 5e-4, and a sigmoid that is coarser.
// Published weights want the form they were trained with; docs/04_mlp.md has what a wrong one costs.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

enum class Gelu {
    erf,      // x Φ(x), the definition
    tanh,     // x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2
    sigmoid,  // x σ(1.702 x)
};

/// x (B, N, F) -> y (B, N, F), each number by itself.
Tensor<3> gelu_forward(const Tensor<3>& x, Gelu form = Gelu::erf);

/// From the forward pass's input x and dy returns dx, all (B, N, F).
Tensor<3> gelu_backward(const Tensor<3>& x, const Tensor<3>& dy, Gelu form = Gelu::erf);

}  // namespace vit
