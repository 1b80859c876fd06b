// Three traps of axes and shapes, where a call means something else than it seems to.
//
//     xt::linalg::dot(a, b)        of rank 3, it multiplies every matrix of a by every matrix of b: (B, M, B, N)
//     xt::variance(x, 1)           not along axis 1: the 1 is taken from the number of elements before dividing
//     x += row                     where the shapes do not fit, x may grow until they do
//
// docs/xtensor.md tells more.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// y_b = a_b b_b, a product of two matrices for each b: a (B, M, K), b (B, K, N) -> y (B, M, N). Throws
/// std::invalid_argument if the shapes do not fit.
Tensor<3> batched_product(const Tensor<3>& a, const Tensor<3>& b);

/// The variance of each row: x (M, N) -> (M). It is the mean of the squared distances from the row's mean: their sum is
/// divided by N.
Tensor<1> row_variances(const Tensor<2>& x);

/// Adds row (N) to every row of x (M, N), in place. Throws std::invalid_argument if row does not have as many numbers
/// as x has columns, and leaves x as it was.
void add_row(Tensor<2>& x, const Tensor<1>& row);

}  // namespace vit
