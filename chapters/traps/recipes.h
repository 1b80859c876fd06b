// Two traps of laziness: an xtensor expression is a recipe, and is read when a tensor is made of it.
//
//     x / xt::sum(x, {1}, xt::keep_dims)            wrong, and silently: the sum of each row is read at the wrong place
//     auto largest = xt::amax(x, {1});              not numbers: it looks at x again at every use
//
// Both compile without a warning. A tensor with a declared type is filled at once, and stays what it is.
// docs/xtensor.md tells more.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// x (M, N) -> y (M, N): every row of x divided by the row's sum.
Tensor<2> row_shares(const Tensor<2>& x);

/// Takes from every row of x (M, N) its largest number, in place. Returns these largest numbers (M).
Tensor<1> subtract_largest(Tensor<2>& x);

}  // namespace vit
