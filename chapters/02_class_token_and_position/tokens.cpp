#include "02_class_token_and_position/tokens.h"

#include <algorithm>
#include <stdexcept>

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

Tensor<3> tokens_forward(const Tokens& p, const Tensor<3>& x) {
    Axes axes("tokens_forward");
    const std::size_t in_front = p.class_token.shape()[1];  // 1, or 0 without a class token
    // The parameters have no batch: their first axis is 1, and every image gets the same ones.
    axes.check("x", "BND", x).check("class_token", "1*D", p.class_token);
    axes.set('T', in_front + axes['N'], in_front > 0 ? "1 + N" : "N").check("position", "1TD", p.position);

    Tensor<3> y = uninitialised<3>({axes['B'], axes['T'], axes['D']});
    const std::size_t image = axes['N'] * axes['D'], sequence = axes['T'] * axes['D'];  // numbers of one image
    for (std::size_t b = 0; b < axes['B']; ++b) {
        // 1. The class token, then the image's own tokens.
        Scalar* out = std::copy(p.class_token.begin(), p.class_token.end(), y.data() + b * sequence);
        std::copy(x.data() + b * image, x.data() + (b + 1) * image, out);
    }
    // 2. Token number t gets position number t, in every image.
    y += p.position;
    return y;
}

Tensor<3> tokens_backward(const Tensor<3>& dy, Tokens& grad) {
    Axes axes("tokens_backward");
    axes.check("dy", "BTD", dy).check("grad.position", "1TD", grad.position);
    axes.check("grad.class_token", "1*D", grad.class_token);
    const std::size_t in_front = grad.class_token.shape()[1];
    if (axes['T'] < in_front) throw std::invalid_argument("tokens_backward: dy has no class token");
    const std::size_t patches = axes['T'] - in_front;

    Tensor<3> dx = uninitialised<3>({axes['B'], patches, axes['D']});
    const std::size_t image = patches * axes['D'], sequence = axes['T'] * axes['D'];
    for (std::size_t b = 0; b < axes['B']; ++b) {
        const Scalar* dy_image = dy.data() + b * sequence;
        // 2. A sum passes its gradient on to both sides unchanged.
        for (std::size_t i = 0; i < sequence; ++i) grad.position.data()[i] += dy_image[i];
        // 1. What stood in front belongs to the class token, the rest to the patches.
        for (std::size_t i = 0; i < in_front * axes['D']; ++i) grad.class_token.data()[i] += dy_image[i];
        std::copy(dy_image + in_front * axes['D'], dy_image + sequence, dx.data() + b * image);
    }
    return dx;
}

}  // namespace vit
