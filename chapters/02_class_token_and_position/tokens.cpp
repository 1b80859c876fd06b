#include "02_class_token_and_position/tokens.h"

#include "common/tensor/axes.h"

namespace vit {

Tokens make_tokens(std::size_t patches, std::size_t width, bool class_token) {
    const std::size_t in_front = class_token ? 1 : 0;
    return {.class_token = zeros<3>({1, in_front, width}), .position = zeros<3>({1, in_front + patches, width})};
}

void initialise(Tokens& p, Rng& rng) {
    p.class_token.fill(0);
    rng.fill_normal(p.position.storage(), 0, Scalar(0.02));
}

Parameters named_parameters(Tokens& p) {
    Parameters parameters;
    if (p.class_token.size() > 0) parameters.push_back(parameter("cls_token", p.class_token));
    parameters.push_back(parameter("pos_embed", p.position));
    return parameters;
}

// #region exercise 2.1 tokens_forward (easy, 10 minutes)
Tensor<3> tokens_forward(const Tokens& p, const Tensor<3>& x) {
    Axes axes("tokens_forward");
    // The parameters have no batch: their first axis is 1, and every image gets the same ones.
    axes.check("x", "BND", x).check("class_token", "1*D", p.class_token);
    const std::size_t in_front = p.class_token.shape()[1];  // 1, or 0 without a class token
    axes.set('T', in_front + axes['N'], in_front > 0 ? "1 + N" : "N").check("position", "1TD", p.position);
    const std::size_t B = axes['B'], N = axes['N'], T = axes['T'], D = axes['D'];

    Tensor<3> y = uninitialised<3>({B, T, D});  // (B, T, D)
    for (std::size_t b = 0; b < B; ++b) {
        // 1. The class token in front, behind it the image's own tokens.
        for (std::size_t t = 0; t < in_front; ++t)
            for (std::size_t d = 0; d < D; ++d) y(b, t, d) = p.class_token(0, t, d);
        for (std::size_t n = 0; n < N; ++n)
            for (std::size_t d = 0; d < D; ++d) y(b, in_front + n, d) = x(b, n, d);
        // 2. Token number t gets position number t.
        for (std::size_t t = 0; t < T; ++t)
            for (std::size_t d = 0; d < D; ++d) y(b, t, d) += p.position(0, t, d);
    }
    return y;
}
// #endregion

// #region exercise 2.2 tokens_backward (medium, 15 minutes)
Tensor<3> tokens_backward(const Tokens& p, const Tensor<3>& dy, Tokens& grad) {
    Axes axes("tokens_backward");
    axes.check("position", "1TD", p.position).check("class_token", "1*D", p.class_token).check("dy", "BTD", dy);
    const std::size_t in_front = p.class_token.shape()[1];  // 1, or 0 without a class token
    axes.check("grad.position", "1TD", grad.position);
    axes.check("grad.class_token", in_front > 0 ? "11D" : "1*D", grad.class_token);
    const std::size_t B = axes['B'], T = axes['T'], D = axes['D'], N = T - in_front;

    Tensor<3> dx = uninitialised<3>({B, N, D});  // (B, N, D)
    for (std::size_t b = 0; b < B; ++b) {
        // 2. A sum passes its gradient on to both sides unchanged. Every image used the same positions: they collect.
        for (std::size_t t = 0; t < T; ++t)
            for (std::size_t d = 0; d < D; ++d) grad.position(0, t, d) += dy(b, t, d);
        // 1. What stood in front belongs to the class token, the rest to the image's own tokens.
        for (std::size_t t = 0; t < in_front; ++t)
            for (std::size_t d = 0; d < D; ++d) grad.class_token(0, t, d) += dy(b, t, d);
        for (std::size_t n = 0; n < N; ++n)
            for (std::size_t d = 0; d < D; ++d) dx(b, n, d) = dy(b, in_front + n, d);
    }
    return dx;
}
// #endregion

}  // namespace vit
