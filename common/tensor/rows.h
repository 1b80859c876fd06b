// Walking a tensor row by row, where a row is the last axis.
//
// Seen as rows, a tensor (B, N, D) is B N vectors of D numbers that lie one after another in memory. Layers that treat
// every token alike (LayerNorm, softmax, the bias of a Linear) are loops over such rows; a loop over a span of floats
// is also what a compiler turns into vector instructions.
#pragma once

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
std::span<const Scalar> row_of(const Tensor<Rank>& x, std::size_t r) {
    return {x.data() + r * row_width(x), row_width(x)};
}

template <std::size_t Rank>
std::span<Scalar> row_of(Tensor<Rank>& x, std::size_t r) {
    return {x.data() + r * row_width(x), row_width(x)};
}

/// The numbers of a tensor that is one row, such as a bias.
inline std::span<const Scalar> numbers_of(const Tensor<1>& x) {
    return {x.data(), x.size()};
}

inline std::span<Scalar> numbers_of(Tensor<1>& x) {
    return {x.data(), x.size()};
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

// A sum of floats depends on its order, and a compiler keeps the order that is written: one addition after the other.
// "#pragma omp simd reduction(+ : sum)" permits it to keep several sums side by side in a vector register and to add
// these up at the end, as many times faster. Nothing else of OpenMP is used.

/// The sum of a row's numbers; in xtensor, xt::sum(row)().
inline Scalar sum_of(std::span<const Scalar> row) {
    Scalar sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t j = 0; j < row.size(); ++j) sum += row[j];
    return sum;
}

/// The dot product of two rows of the same size: sum_j a_j b_j.
inline Scalar dot_of(std::span<const Scalar> a, std::span<const Scalar> b) {
    Scalar sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
    return sum;
}

/// The largest number of a row that is not empty; in xtensor, xt::amax(row)().
inline Scalar largest_of(std::span<const Scalar> row) {
    constexpr std::size_t lanes = 16;  // a multiple of every vector register's
    const std::size_t whole = row.size() / lanes * lanes;
    Scalar largest = row[0];
#pragma omp simd reduction(max : largest)
    for (std::size_t j = 0; j < whole; ++j) largest = row[j] > largest ? row[j] : largest;
    // One by one: g++ would put single numbers into the register by way of memory, and wait for it.
    for (std::size_t j = whole; j < row.size(); ++j) largest = row[j] > largest ? row[j] : largest;
    return largest;
}

}  // namespace vit
