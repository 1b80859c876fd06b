#include "06_vit_head/pooling.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {
namespace {

/// How many tokens, counted from the first, have a share in the result.
std::size_t pooled_tokens(const char* function, Pooling pooling, std::size_t tokens) {
    if (tokens == 0) throw std::invalid_argument(fmt::format("{}: there are no tokens", function));
    return pooling == Pooling::class_token ? 1 : tokens;
}

}  // namespace

// #region exercise 6.1 pooling_forward (easy, 10 minutes)
Tensor<3> pooling_forward(Pooling pooling, const Tensor<3>& x) {
    const auto [B, T, D] = x.shape();
    const std::size_t pooled = pooled_tokens("pooling_forward", pooling, T);
    // 1. The mean of the tokens that are pooled; for the class token, of the first alone.
    Tensor<3> y = zeros<3>({B, 1, D});  // (B, 1, D)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t t = 0; t < pooled; ++t)
            for (std::size_t d = 0; d < D; ++d) y(b, 0, d) += x(b, t, d);
    y /= static_cast<Scalar>(pooled);
    return y;
}
// #endregion

// #region exercise 6.2 pooling_backward (easy, 10 minutes)
Tensor<3> pooling_backward(Pooling pooling, const Tensor<3>& dy, std::size_t tokens) {
    Axes("pooling_backward").check("dy", "B1D", dy);
    const std::size_t B = dy.shape()[0], D = dy.shape()[2];
    const std::size_t pooled = pooled_tokens("pooling_backward", pooling, tokens);
    // 1. Each of the pooled tokens had the same share, and gets that share of dy; the others get nothing.
    Tensor<3> dx = zeros<3>({B, tokens, D});  // (B, T, D)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t t = 0; t < pooled; ++t)
            for (std::size_t d = 0; d < D; ++d) dx(b, t, d) = dy(b, 0, d) / static_cast<Scalar>(pooled);
    return dx;
}
// #endregion

}  // namespace vit
