// Tensors: arrays whose rank is part of the type.
//
// Tensor<3> is an array with three axes, stored row by row (the last axis is contiguous). The sizes of the axes are
// known only when the program runs; the letters beside a tensor, such as (B, N, D), say what each axis means. The
// letters are listed in docs/notation.md.
#pragma once

#include <algorithm>
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

/// A tensor of the given shape whose values are not set yet: whoever asks for it must write every element.
template <std::size_t Rank>
Tensor<Rank> uninitialised(const std::size_t (&shape)[Rank]) {
    typename Tensor<Rank>::shape_type sizes;
    std::copy(shape, shape + Rank, sizes.begin());
    return Tensor<Rank>(sizes);
}

/// A tensor of the given shape filled with zeros.
template <std::size_t Rank>
Tensor<Rank> zeros(const std::size_t (&shape)[Rank]) {
    Tensor<Rank> x = uninitialised<Rank>(shape);
    x.fill(Scalar(0));
    return x;
}

/// A tensor of zeros with x's shape.
template <std::size_t Rank>
Tensor<Rank> zeros_like(const Tensor<Rank>& x) {
    Tensor<Rank> y(x.shape());
    y.fill(Scalar(0));
    return y;
}

}  // namespace vit
