// Walking a tensor row by row, where a row is the last axis.
//
// Seen as rows, a tensor (B, N, D) is B N vectors of D numbers that lie one after another in memory. Layers that treat
// every token alike (LayerNorm, softmax, the bias of a Linear) are loops over such rows; a loop over a span of floats
// is also what a compiler turns into vector instructions.
#pragma once

#include <span>

#include "common/tensor.h"

namespace vit {

/// The size of the last axis.
template <std::size_t Rank>
std::size_t row_width(const Tensor<Rank>& x) {
    return x.shape()[Rank - 1];
}

/// The number of rows: the product of all axes but the last.
template <std::size_t Rank>
std::size_t row_count(const Tensor<Rank>& x) {
    std::size_t count = 1;
    for (std::size_t axis = 0; axis + 1 < Rank; ++axis) count *= x.shape()[axis];
    return count;
}

/// Row r of x, counted over all leading axes. r is not checked.
template <std::size_t Rank>
std::span<const Scalar> row(const Tensor<Rank>& x, std::size_t r) {
    return {x.data() + r * row_width(x), row_width(x)};
}

template <std::size_t Rank>
std::span<Scalar> row(Tensor<Rank>& x, std::size_t r) {
    return {x.data() + r * row_width(x), row_width(x)};
}

}  // namespace vit
