// Find the bug: the way back through LayerNorm. It passes the check against differences that one
// writes first. (HomericIntelligence/Odyssey#3666)
#pragma once

#include <functional>

#include "common/tensor/tensor.h"

namespace vit {

/// weight (D), x (M, D) -> y (M, D): each row with mean 0 and variance 1, times the weight. This one is right.
inline Tensor<2> norm_forward(const Tensor<1>& weight, const Tensor<2>& x) {
    const Tensor<2> mean = xt::mean<Scalar>(x, {1}, xt::keep_dims);                      // (M, 1)
    const Tensor<2> centred = x - mean;                                                  // (M, D)
    const Tensor<2> variance = xt::mean<Scalar>(centred * centred, {1}, xt::keep_dims);  // (M, 1)
    return weight * centred / xt::sqrt(variance + Scalar(1e-6));                         // (M, D)
}

/// The way back: from dy (M, D) returns dx (M, D).
using NormBackward = std::function<Tensor<2>(const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy)>;

namespace suspect {

inline Tensor<2> norm_backward(const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy) {
    const Tensor<2> mean = xt::mean<Scalar>(x, {1}, xt::keep_dims);                      // (M, 1)
    const Tensor<2> centred = x - mean;                                                  // (M, D)
    const Tensor<2> variance = xt::mean<Scalar>(centred * centred, {1}, xt::keep_dims);  // (M, 1)
    const Tensor<2> dnormalised = weight * dy;                                           // (M, D)
    const Tensor<2> average = xt::mean<Scalar>(dnormalised, {1}, xt::keep_dims);         // (M, 1)
    return (dnormalised - average) / xt::sqrt(variance + Scalar(1e-6));                  // (M, D)
}

}  // namespace suspect

/// Tries a way back: true if it is right, false if it has a bug: this one, or another.
bool norm_backward_is_right(const NormBackward& backward);

}  // namespace vit
