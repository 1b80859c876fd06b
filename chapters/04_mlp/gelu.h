// GELU: a smooth gate. x is multiplied by the probability that a standard normal number is below x.
//
//     gelu(x) = x Φ(x)        Φ(x) = (1 + erf(x / √2)) / 2        Hendrycks and Gimpel 2016, section 2
//
// Two cheaper forms are in use (the same section); each imitates the gate Φ. The program measures how far off they are.
// Published weights want the form they were trained with; with another, every number is a little wrong.
#pragma once

#include <string>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// x times a gate between 0 and 1:
enum class Gelu {
    erf,      // Φ(x), the definition
    tanh,     // (1 + tanh u) / 2        u = √(2/π) (x + 0.044715 x³)
    sigmoid,  // σ(1.702 x)              σ(u) = 1 / (1 + exp(-u))
};
inline const std::vector<std::string> gelu_names{"erf", "tanh", "sigmoid"};  // on the command line and in files

/// x (B, N, F) -> y (B, N, F), each number by itself.
Tensor<3> gelu_forward(Gelu form, const Tensor<3>& x);

/// From the forward pass's input x and dy returns dx, all (B, N, F): dx = dy (gate(x) + x gate'(x)), the product rule.
Tensor<3> gelu_backward(Gelu form, const Tensor<3>& x, const Tensor<3>& dy);

}  // namespace vit
