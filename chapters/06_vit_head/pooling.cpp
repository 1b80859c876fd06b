#include "06_vit_head/pooling.h"

#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {
namespace {

/// How many tokens, counted from the first, have a share in the result.
std::size_t pooled_tokens(Pooling pooling, std::size_t tokens) {
    if (tokens == 0) throw std::invalid_argument("pooling: there are no tokens");
    return pooling == Pooling::class_token ? 1 : tokens;
}

}  // namespace

Tensor<3> pooling_forward(Pooling pooling, const Tensor<3>& x) {
    const auto [batch, tokens, width] = x.shape();
    const std::size_t used = pooled_tokens(pooling, tokens);
    Tensor<3> y = zeros<3>({batch, 1, width});
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t t = 0; t < used; ++t)
            for (std::size_t d = 0; d < width; ++d) y(b, 0, d) += x(b, t, d);
    y /= static_cast<Scalar>(used);
    return y;
}

Tensor<3> pooling_backward(Pooling pooling, const Tensor<3>& dy, std::size_t tokens) {
    Axes("pooling_backward").check("dy", "B1D", dy);
    const std::size_t batch = dy.shape()[0], width = dy.shape()[2], used = pooled_tokens(pooling, tokens);
    Tensor<3> dx = zeros<3>({batch, tokens, width});
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t t = 0; t < used; ++t)
            for (std::size_t d = 0; d < width; ++d) dx(b, t, d) = dy(b, 0, d) / static_cast<Scalar>(used);
    return dx;
}

}  // namespace vit
