// Encoder block: attention, then MLP, each on a normalised copy and added to what was there.
//
//     x' = x  + Attention(LayerNorm(x))        x, x', y (B, N, D)
//     y  = x' + MLP(LayerNorm(x'))
//
// Vision Transformer paper (Dosovitskiy et al. 2020), equations 2 and 3. The norm stands inside the branch
// ("pre-norm"), so the sum runs through all blocks untouched: the shortcut carries values forward and gradients back.
#pragma once

#include "03_attention/attention.h"
#include "03_attention/layer_norm.h"
#include "04_mlp/mlp.h"

namespace vit {

struct BlockConfig {
    AttentionConfig attention = {};
    MlpConfig mlp = {};
    double eps = 1e-6;  // of both LayerNorms
};

struct Block {
    LayerNorm norm1;
    Attention attention;
    LayerNorm norm2;
    Mlp mlp;
};

struct BlockCache {
    LayerNormCache norm1;
    AttentionCache attention;
    LayerNormCache norm2;
    MlpCache mlp;
};

/// All parameters zero.
Block make_block(const BlockConfig& config);

void initialise(Block& p, Rng& rng);

/// "norm1.weight", "norm1.bias", "attn.qkv.weight", ..., "norm2...", "mlp.fc1.weight", ...
Parameters named_parameters(Block& p);

/// x (B, N, D) -> y (B, N, D). Dropout acts only where random numbers are given (rng != nullptr: training).
Tensor<3> block_forward(const Block& p, const Tensor<3>& x, BlockCache& cache, Rng* rng = nullptr);

/// From dy (B, N, D) returns dx (B, N, D) and adds the parameters' gradients to grad.
Tensor<3> block_backward(const Block& p, const BlockCache& cache, const Tensor<3>& dy, Block& grad);

}  // namespace vit
