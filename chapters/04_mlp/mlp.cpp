#include "04_mlp/mlp.h"

#include <fmt/core.h>

#include <stdexcept>
#include <utility>

#include "common/tensor/axes.h"

namespace vit {

Mlp make_mlp(const MlpConfig& config) {
    if (config.width == 0 || config.hidden == 0) {
        throw std::invalid_argument(fmt::format(
            "mlp: width and hidden width must be at least 1, but they are {} and {}", config.width, config.hidden));
    }
    check_dropout("mlp", config.dropout);
    return {.gelu = config.gelu,
            .dropout = config.dropout,
            .fc1 = make_linear(config.width, config.hidden),
            .fc2 = make_linear(config.hidden, config.width)};
}

void initialise(Mlp& p, Rng& rng) {
    for (Linear* linear : {&p.fc1, &p.fc2}) {
        initialise(*linear, rng);
        rng.fill_normal(linear->bias.storage(), 0, Scalar(1e-6));
    }
}

Parameters named_parameters(Mlp& p) {
    Parameters parameters;
    append(parameters, "fc1", named_parameters(p.fc1));
    append(parameters, "fc2", named_parameters(p.fc2));
    return parameters;
}

// #region exercise 4.3 mlp_forward (easy, 10 minutes)
Tensor<3> mlp_forward(const Mlp& p, Tensor<3> x, MlpCache& cache, Rng* rng) {
    Axes("mlp_forward").set('D', p.fc1.weight.shape()[1], "fc1").check("x", "BND", x);
    cache.x = std::move(x);  // (B, N, D)
    // 1. Each token's D numbers become F: cache.hidden.
    cache.hidden = linear_forward(p.fc1, cache.x);  // (B, N, F)
    // 2. The gate, the only step that is not linear; then the first dropout, with cache.hidden_dropout. Its result is
    //    cache.activated.
    Tensor<3> gated = gelu_forward(p.gelu, cache.hidden);                                       // (B, N, F)
    cache.activated = dropout_forward(p.dropout, std::move(gated), cache.hidden_dropout, rng);  // (B, N, F)
    // 3. And back to D; then the second dropout, with cache.output_dropout.
    Tensor<3> y = linear_forward(p.fc2, cache.activated);  // (B, N, D)
    return dropout_forward(p.dropout, std::move(y), cache.output_dropout, rng);
}
// #endregion

// #region exercise 4.4 mlp_backward (medium, 15 minutes)
Tensor<3> mlp_backward(const Mlp& p, const MlpCache& cache, const Tensor<3>& dy, Mlp& grad) {
    Axes("mlp_backward").check("x", "BND", cache.x).check("dy", "BND", dy);
    // 3. Through the dropout at the end and fc2.
    const Tensor<3> dprojected = dropout_backward(cache.output_dropout, dy);               // (B, N, D)
    Tensor<3> dactivated = linear_backward(p.fc2, cache.activated, dprojected, grad.fc2);  // (B, N, F)
    // 2. Through the dropout in the middle and the GELU.
    const Tensor<3> dgated = dropout_backward(cache.hidden_dropout, std::move(dactivated));  // (B, N, F)
    const Tensor<3> dhidden = gelu_backward(p.gelu, cache.hidden, dgated);                   // (B, N, F)
    // 1. Through fc1.
    return linear_backward(p.fc1, cache.x, dhidden, grad.fc1);  // (B, N, D)
}
// #endregion

}  // namespace vit
