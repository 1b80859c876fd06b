// Multi-head self-attention: the tokens of an image look at each other.
//
//     x (B, N, D) -> qkv (B, N, 3 A K) -> A heads of attention (B, A, N, K) -> merged (B, N, A K) -> y (B, N, D)
//
// Vaswani et al. 2017, section 3.2.2; Vision Transformer paper, equations 5 to 8 of its appendix A. The width K of a
// head is D / A in the paper, but nothing depends on that: the output projection leads back from A K to D.
#pragma once

#include <optional>

#include "01_patch_embedding/linear.h"
#include "02_class_token_and_position/dropout.h"
#include "03_attention/attend.h"
#include "03_attention/heads.h"

namespace vit {

struct AttentionConfig {
    std::size_t width = 768;        // D
    std::size_t heads = 12;         // A
    std::size_t head_width = 0;     // K; 0: D / A
    bool qkv_bias = true;           // does the qkv Linear have a bias?
    bool projection = true;         // false: left out where there is one head of width D, which needs none
    Attend attend = {};             // dropout of the attention weights, tiles
    double projection_dropout = 0;  // of the output
};

struct Attention {
    std::size_t heads = 1;  // A
    Attend attend;
    double projection_dropout = 0;
    Linear qkv;                        // (3 A K, D), (3 A K)
    std::optional<Linear> projection;  // (D, A K), (D)
};

struct AttentionCache {
    Tensor<3> x;                         // (B, N, D)
    QueryKeyValue split;                 // (B, A, N, K) each
    AttendCache attend;                  // the weights, or what tiles keep instead
    Tensor<3> merged;                    // (B, N, A K)
    DropoutCache<3> projection_dropout;  // of the output
};

/// All parameters zero. Throws std::invalid_argument if the sizes do not fit: no heads, a D that A does not divide
/// where no head width is given, attention dropout in tiles, which leave no weights to drop, a dropout that is no
/// probability.
Attention make_attention(const AttentionConfig& config);

/// Xavier's uniform distribution for both Linears, as in the paper's code: there q, k and v are three (A K, D)
/// matrices.
void initialise(Attention& p, Rng& rng);

/// "qkv.weight", "qkv.bias", "proj.weight", "proj.bias", those that are there.
Parameters named_parameters(Attention& p);

/// x (B, N, D) -> y (B, N, D). The cache keeps x: a caller that no longer needs it hands it over (std::move or a
/// temporary), and nothing is copied. Dropout acts only where random numbers are given (rng != nullptr: training).
Tensor<3> attention_forward(const Attention& p, Tensor<3> x, AttentionCache& cache, Rng* rng = nullptr);

/// From dy (B, N, D) returns dx (B, N, D) and adds the parameters' gradients to grad.
Tensor<3> attention_backward(const Attention& p, const AttentionCache& cache, const Tensor<3>& dy, Attention& grad);

}  // namespace vit
