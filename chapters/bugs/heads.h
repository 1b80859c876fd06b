// Find the bug: heads put together. The model with it was published with a test that trained it, and the test passed: a
// model learns around such a bug, and is only worse than it could be. (jsbaan/transformer-from-scratch#6)
#pragma once

#include <functional>

#include "common/tensor/tensor.h"

namespace vit {

/// Two functions, each the inverse of the other.
struct HeadCode {
    /// heads (B, A, N, K) -> merged (B, N, A K): in the row of a token, its heads side by side, head 0 first.
    std::function<Tensor<3>(const Tensor<4>& heads)> merge;
    /// merged (B, N, A K) -> heads (B, A, N, K).
    std::function<Tensor<4>(const Tensor<3>& merged, std::size_t A)> unmerge;
};

namespace suspect {

inline Tensor<3> merge_heads(const Tensor<4>& heads) {
    const std::size_t B = heads.shape()[0], A = heads.shape()[1], N = heads.shape()[2], K = heads.shape()[3];
    return xt::reshape_view(heads, {B, N, A * K});  // (B, N, A K)
}

inline Tensor<4> unmerge_heads(const Tensor<3>& merged, std::size_t A) {
    const std::size_t B = merged.shape()[0], N = merged.shape()[1], K = merged.shape()[2] / A;
    return xt::reshape_view(merged, {B, A, N, K});  // (B, A, N, K)
}

}  // namespace suspect

/// Tries both functions: true if both are right, false if one has a bug: this one, or another.
bool heads_are_right(const HeadCode& code);

}  // namespace vit
