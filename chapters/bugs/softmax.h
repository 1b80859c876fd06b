// Find the bug: a softmax. A model with it was published, and trained; when it was mended, its metric did not move. No
// curve shows such a bug. You write the test that does. (labmlai/annotated_deep_learning_paper_implementations#146)
#pragma once

#include <functional>

#include "common/tensor/tensor.h"

namespace vit {

/// x (M, N) -> y (M, N): the scores of M queries for N keys become weights. Each query shares out 1 among the keys:
///     y_mn = exp(x_mn) / sum_k exp(x_mk)        also where exp(x_mn) alone would overflow
using Softmax = std::function<Tensor<2>(const Tensor<2>& x)>;

namespace suspect {

inline Tensor<2> softmax(const Tensor<2>& x) {
    const Tensor<2> largest = xt::amax(x, {0}, xt::keep_dims);
    const Tensor<2> powers = xt::exp(x - largest);  // (M, N)
    const Tensor<2> sums = xt::sum(powers, {0}, xt::keep_dims);
    return powers / sums;  // (M, N)
}

}  // namespace suspect

/// Tries a softmax: true if it is right (rounding is no mistake), false if it has a bug: this one, or another.
bool softmax_is_right(const Softmax& softmax);

}  // namespace vit
