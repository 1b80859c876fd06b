// Tensors: arrays whose rank is part of the type.
//
// Tensor<3> is an array with three axes, stored row by row (the last axis is contiguous). The sizes of the axes are
// known only when the program runs; the letters beside a tensor, such as (B, N, D), say what each axis means. The
// letters are listed in docs/notation.md.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "common/tensor/shape.h"
#include "common/tensor/xt.h"

namespace vit {

/// The number type of every tensor: float in the programs, double where finite differences need the digits. The build
/// compiles the same sources once for each.
using Scalar = VIT_SCALAR;

template <std::size_t Rank>
using Tensor = xt::xtensor<Scalar, Rank>;

template <std::size_t Rank>
Shape shape_of(const Tensor<Rank>& x) {
    return Shape(x.shape().begin(), x.shape().end());
}

// Making a tensor throws std::length_error if no memory could hold it, std::bad_alloc if this machine's does not.

/// A tensor of the given shape whose values are not set yet: whoever asks for it must write every element.
template <std::size_t Rank>
Tensor<Rank> uninitialised(const std::array<std::size_t, Rank>& shape) {
    element_count(Shape(shape.begin(), shape.end()));  // xtensor would not notice that the product is too large
    return Tensor<Rank>(shape);
}

/// A tensor of the given shape filled with zeros.
template <std::size_t Rank>
Tensor<Rank> zeros(const std::array<std::size_t, Rank>& shape) {
    Tensor<Rank> x = uninitialised<Rank>(shape);
    x.fill(Scalar(0));
    return x;
}

/// A tensor of zeros with x's shape.
template <std::size_t Rank>
Tensor<Rank> zeros_like(const Tensor<Rank>& x) {
    return zeros<Rank>(x.shape());
}

}  // namespace vit
