// MLP: two Linears with a GELU between them, for each token by itself.
//
//     x (B, N, D) -> hidden (B, N, F) -> activated (B, N, F) -> y (B, N, D)        F is 4 D in the paper
//
// Attention moves information between tokens; the MLP works on what each token then holds. Vision Transformer paper,
// section 3.1 (two layers with a GELU between them) and equation 3.
#pragma once

#include "01_patch_embedding/linear.h"
#include "02_class_token_and_position/dropout.h"
#include "04_mlp/gelu.h"

namespace vit {

struct MlpConfig {
    std::size_t width = 768;    // D
    std::size_t hidden = 3072;  // F
    Gelu gelu = Gelu::erf;
    double dropout = 0;  // after the GELU, and after the second Linear
};

struct Mlp {
    Gelu gelu = Gelu::erf;
    double dropout = 0;
    Linear fc1;  // (F, D), (F)
    Linear fc2;  // (D, F), (D)
};

struct MlpCache {
    Tensor<3> x;                     // (B, N, D)
    Tensor<3> hidden;                // (B, N, F)
    Tensor<3> activated;             // (B, N, F), after GELU and dropout
    DropoutCache<3> hidden_dropout;  // of activated
    DropoutCache<3> output_dropout;  // of y
};

/// All parameters zero. Throws std::invalid_argument if a size is 0.
Mlp make_mlp(const MlpConfig& config);

/// Weights from Xavier's uniform distribution, biases from N(0, 1e-6), as in the paper's code.
void initialise(Mlp& p, Rng& rng);

/// "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias".
Parameters named_parameters(Mlp& p);

/// x (B, N, D) -> y (B, N, D). The cache keeps x, as in attention_forward. Dropout acts only where random numbers are
/// given (rng != nullptr: training).
Tensor<3> mlp_forward(const Mlp& p, Tensor<3> x, MlpCache& cache, Rng* rng = nullptr);

/// From dy (B, N, D) returns dx (B, N, D) and adds the parameters' gradients to grad.
Tensor<3> mlp_backward(const Mlp& p, const MlpCache& cache, const Tensor<3>& dy, Mlp& grad);

}  // namespace vit
