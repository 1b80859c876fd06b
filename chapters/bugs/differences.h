// What the tests of this lane have for gradients: every number of a tensor moved a little, and the loss looked at.
#pragma once

#include "00_gradient/difference.h"
#include "common/tensor/tensor.h"

namespace vit {

/// The gradient of `loss`, which reads x, with respect to x. x is as before afterwards.
template <std::size_t Rank>
Tensor<Rank> gradient_by_differences(const std::function<double()>& loss, Tensor<Rank>& x) {
    Tensor<Rank> dx = zeros_like(x);  // x's shape
    for (std::size_t i = 0; i < x.size(); ++i)
        dx.data()[i] = static_cast<Scalar>(central_difference(loss, x.data()[i]));
    return dx;
}

}  // namespace vit
