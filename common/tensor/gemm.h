// One matrix product in one thread, by the fastest library there is for its size: the only place that calls one.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// A factor of a product: a matrix as it lies in memory, its rows `stride` numbers apart, and how it is read.
struct Factor {
    const Scalar* data;
    std::size_t stride;
    bool transposed;

    Factor from_row(std::size_t row) const { return {data + row * (transposed ? 1 : stride), stride, transposed}; }
    Factor from_column(std::size_t column) const {
        return {data + column * (transposed ? stride : 1), stride, transposed};
    }
};

struct ProductSize {
    std::size_t rows, inner, columns;
};

/// c = scale a b + keep c: a (rows, inner), b (inner, columns), c (rows, columns) with rows `stride` apart. What c held
/// is not read where `keep` is 0. Throws std::length_error where the library cannot count so far, std::bad_alloc and
/// std::runtime_error where it fails.
void gemm(const ProductSize& size, Scalar scale, const Factor& a, const Factor& b, Scalar keep, Scalar* c,
          std::size_t stride);

}  // namespace vit
