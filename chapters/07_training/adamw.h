// AdamW: the size of a step is set by the learning rate, and not by the size of the gradient.
//
//     m     <- beta1 m + (1 - beta1) g        the mean gradient of late
//     v     <- beta2 v + (1 - beta2) g²       its mean square
//     m_hat  = m / (1 - beta1^t)              m and v began at zero and are still too small at step t = 1, 2, ...:
//     v_hat  = v / (1 - beta2^t)              by these factors
//     w     <- (1 - rate decay) w - rate m_hat / (√v_hat + eps)
//
// While the gradient of a weight stays the same, m_hat / √v_hat is 1 or -1, and w moves by `rate` whatever the size of
// g. Where the gradient keeps changing its sign, its mean is small and its square is not: w hardly moves. One large
// gradient after a quiet time moves w by up to (1 - beta1) / √(1 - beta2) = 3.2 times `rate`.
//
// Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2. Decay pulls at the weights of products
// only: a bias, a LayerNorm, the class token and the positions have no reason to be small.
#pragma once

#include "common/tensor/parameters.h"

namespace vit {

/// How weight decay enters.
enum class WeightDecay {
    decoupled,  // beside the gradient step, as above: AdamW
    coupled,  // g + decay w in place of g ("L2"): Adam then divides the decay by √v_hat too, and it no longer pulls in
              // proportion to w
};

struct AdamWConfig {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double eps = 1e-8;
    double weight_decay = 0.05;
    WeightDecay kind = WeightDecay::decoupled;
};

struct AdamW {
    AdamWConfig config;
    std::vector<std::vector<Scalar>> m, v;  // one for each parameter tensor, of its size
    std::size_t step = 0;                   // t, how many steps were made
};

/// Nothing has been seen yet: m, v and the step are zero.
AdamW make_adamw(const AdamWConfig& config, const Parameters& parameters);

/// m and v by name, "m.head.weight", "v.head.weight", for checkpoints.
Parameters named_parameters(AdamW& state, const Parameters& parameters);

/// Does weight decay pull at this parameter? At weights of two or more axes.
bool decays(const Parameter& parameter);

/// One step. The lists hold the same tensors in the same order. Throws std::invalid_argument if the state or the
/// gradients belong to other parameters.
void adamw_step(AdamW& state, double learning_rate, const Parameters& parameters, const Parameters& gradients);

}  // namespace vit
