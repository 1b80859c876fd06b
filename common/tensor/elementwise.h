// Functions of one number, for every number of a tensor.
#pragma once

#include <array>

#include "common/tensor/parallel.h"
#include "common/tensor/tensor.h"

namespace vit {

/// y = function(x), of x's shape. `function` takes a one-dimensional part of x and returns an xtensor expression of the
/// same size in which each number depends on its own number of x only; the cores share the parts out.
template <std::size_t Rank, class Function>
Tensor<Rank> elementwise(const Tensor<Rank>& x, const Function& function) {
    constexpr double nanoseconds_each = 1;  // for a number: what an exponential takes, and some arithmetic
    Tensor<Rank> y(x.shape());
    in_slices(x.size(), nanoseconds_each, [&](std::size_t begin, std::size_t end) {
        const std::array<std::size_t, 1> size{end - begin};
        const auto x_part = xt::adapt(x.data() + begin, size[0], xt::no_ownership(), size);
        auto y_part = xt::adapt(y.data() + begin, size[0], xt::no_ownership(), size);
        xt::noalias(y_part) = function(x_part);
    });
    return y;
}

}  // namespace vit
