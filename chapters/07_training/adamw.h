// AdamW: every parameter moves by about the learning rate, whatever the size of its gradient.
//
//     m <- b1 m + (1 - b1) g          the mean gradient of late         m^ = m / (1 - b1^t)
//     v <- b2 v + (1 - b2) g²         its mean square                   v^ = v / (1 - b2^t)
//     w <- w - rate decay w           weight decay, outside of m and v
//     w <- w - rate m^ / (√v^ + eps)
//
// Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2. Decay pulls at the weights of products
// only: a bias, a LayerNorm, the class token and the positions have no reason to be small.
#pragma once

#include "common/tensor/parameters.h"

namespace vit {

/// How weight decay enters.
enum class WeightDecay {
    decoupled,  // beside the gradient step: AdamW
    coupled,  // into the gradient ("L2"): Adam then divides it by √v^ too, and it no longer pulls in proportion to w
};

struct AdamWConfig {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0.05;
    WeightDecay kind = WeightDecay::decoupled;
};

/// m and v of every parameter, and how many steps were made.
struct AdamW {
    std::vector<std::vector<Scalar>> first, second;
    std::size_t step = 0;
};

/// Nothing has been seen yet: m, v and the step are zero.
AdamW make_adamw(const Parameters& parameters);

/// m and v by name, "first.head.weight", "second.head.weight", for checkpoints.
Parameters named_parameters(AdamW& state, const Parameters& parameters);

/// Does weight decay pull at this parameter? At weights of two or more axes.
bool decays(const Parameter& parameter);

/// One step. The lists hold the same tensors in the same order. Throws std::invalid_argument if the state or the
/// gradients belong to other parameters.
void adamw_step(AdamW& state, const AdamWConfig& config, double learning_rate, const Parameters& parameters,
                const Parameters& gradients);

/// Makes all gradients together, seen as one vector, no longer than `largest_norm`; 0: as long as they are. Returns how
/// long they were. Pascanu, Mikolov and Bengio 2013, algorithm 1.
double clip_gradients(const Parameters& gradients, double largest_norm);

}  // namespace vit
