// Walking a tensor row by row, where a row is the last axis.
//
// Seen as rows, a tensor (B, N, D) is B N vectors of D numbers that lie one after another in memory. Layers that treat
// every token alike (LayerNorm, softmax, the bias of a Linear) are loops over such rows; a loop over a span of floats
// is also what a compiler turns into vector instructions.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "common/tensor/parallel.h"
#include "common/tensor/tensor.h"

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

/// Calls work(r) for every row r of x. The cores share the rows out where the work is worth it, so `work` may write to
/// nothing but its own row.
template <std::size_t Rank, class Work>
void for_each_row(const Tensor<Rank>& x, const Work& work) {
    constexpr double nanoseconds_each = 0.5;  // for a number: what the loops over rows in the chapters take
    in_slices(row_count(x), nanoseconds_each * static_cast<double>(row_width(x)),
              [&](std::size_t begin, std::size_t end) {
                  for (std::size_t r = begin; r < end; ++r) work(r);
              });
}

/// The largest number of a row that is not empty; in xtensor, xt::amax(row)(). A compiler does not turn the plain loop
/// into vector instructions (what if a number is NaN?), but this one it does: 16 maxima side by side.
inline Scalar largest(std::span<const Scalar> row) {
    const auto larger = [](Scalar a, Scalar b) { return a > b ? a : b; };
    std::array<Scalar, 16> lanes;
    lanes.fill(row[0]);
    const std::size_t whole = row.size() / lanes.size() * lanes.size();
    for (std::size_t j = 0; j < whole; j += lanes.size())
        for (std::size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane] = larger(row[j + lane], lanes[lane]);
    for (std::size_t j = whole; j < row.size(); ++j) lanes[0] = larger(row[j], lanes[0]);
    return *std::max_element(lanes.begin(), lanes.end());
}

}  // namespace vit
