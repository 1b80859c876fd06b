// Softmax: every row becomes positive numbers that sum to 1.
//
//     y_j = exp(x_j) / sum_k exp(x_k)        x, y (..., N)
//
// The row's largest number is subtracted first. It cancels in the quotient, but exp can then not overflow: its argument
// is at most 0.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// x (..., N) -> y (..., N). Rank 1 to 4. In xtensor, and many times slower:
///     powers = exp(x - amax(x)), y = powers / sum(powers), amax and sum along the last axis
/// amax and sum need a name and a type, Tensor<Rank>, before they are used: traps 1 and 2 of docs/xtensor.md.
template <std::size_t Rank>
Tensor<Rank> softmax_forward(const Tensor<Rank>& x);

/// From the output y of the forward pass and dy returns dx, all (..., N):
///     dx_j = y_j (dy_j - sum_k y_k dy_k)
/// because ∂y_k/∂x_j = y_k (1 if j = k, else 0) - y_k y_j: the shares sum to 1, so what one gains the others lose.
template <std::size_t Rank>
Tensor<Rank> softmax_backward(const Tensor<Rank>& y, const Tensor<Rank>& dy);

}  // namespace vit
