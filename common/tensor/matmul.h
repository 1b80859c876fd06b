// Matrix products. Every size is checked; a wrong one throws std::invalid_argument and names both shapes.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// Which factor of a product is transposed.
enum class Transpose { none, first, second };

/// y = x m, or x mᵀ with Transpose::second: x (..., I), m (I, O) or (O, I), y (..., O). All axes of x before the last
/// are rows, so one call multiplies every token of every image.
template <std::size_t Rank>
Tensor<Rank> matmul_rows(const Tensor<Rank>& x, const Tensor<2>& m, Transpose transpose = Transpose::none);

/// sum += aᵀ b: a (..., O), b (..., I), sum (O, I). The leading axes are rows, and the product sums over them: this is
/// how a weight collects its gradient from every token.
template <std::size_t Rank>
void add_matmul_over_rows(const Tensor<Rank>& a, const Tensor<Rank>& b, Tensor<2>& sum);

/// y = scale a b for each of the matrices along the first two axes: a (B, A, M, K), b (B, A, K, N), y (B, A, M, N).
/// Transpose::first reads a as (B, A, K, M), Transpose::second reads b as (B, A, N, K).
Tensor<4> matmul_batched(const Tensor<4>& a, const Tensor<4>& b, Transpose transpose = Transpose::none,
                         Scalar scale = 1);

}  // namespace vit
