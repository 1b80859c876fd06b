// Find the bug: the way back through a shortcut. A well-known lecture makes the same mistake before it mends it: until
// then, the gradient of a + a is 1. Whatever has no shortcut trains well with it. (karpathy/nn-zero-to-hero#52)
#pragma once

#include <functional>

#include "common/tensor/tensor.h"

namespace vit {

/// x (M, N), weight (N) -> y (M, N): what was there, and a branch with one weight for each column. This one is right.
inline Tensor<2> shortcut_forward(const Tensor<1>& weight, const Tensor<2>& x) {
    return x + weight * x * x;
}

/// The way back: from dy (M, N) returns dx (M, N) and adds the weight's gradient to dweight (N).
using ShortcutBackward =
    std::function<Tensor<2>(const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy, Tensor<1>& dweight)>;

namespace suspect {

inline Tensor<2> shortcut_backward(const Tensor<1>& weight, const Tensor<2>& x, const Tensor<2>& dy,
                                   Tensor<1>& dweight) {
    const Tensor<1> collected = xt::sum(dy * x * x, {0});  // (N)
    dweight += collected;
    Tensor<2> dx = dy;         // (M, N), by the shortcut
    dx = dy * 2 * weight * x;  // (M, N), by the branch
    return dx;
}

}  // namespace suspect

/// Tries a way back: true if it is right, false if it has a bug: this one, or another.
bool shortcut_backward_is_right(const ShortcutBackward& backward);

}  // namespace vit
