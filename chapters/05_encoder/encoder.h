// Encoder: L blocks, one after another, each with parameters of its own.
//
//     x (B, N, D) -> block 0 -> block 1 -> ... -> block L - 1 -> y (B, N, D)
//
// Every block keeps the shape; that is why L is free.
#pragma once

#include <algorithm>
#include <vector>

#include "05_encoder/block.h"

namespace vit {

struct Encoder {
    std::vector<Block> blocks;  // L
};

/// What is kept of a forward pass.
enum class Keep {
    everything,  // a cache for each block: a backward pass will follow
    one_block,   // all blocks use the same cache: inference, in 1 / L of the memory
};

struct EncoderCache {
    std::vector<BlockCache> blocks;  // L, or 1

    /// What the pass left of block i. With Keep::one_block this is the last block's; the shapes are the same.
    const BlockCache& block(std::size_t i) const { return blocks[std::min(i, blocks.size() - 1)]; }
};

/// All parameters zero.
Encoder make_encoder(const BlockConfig& config, std::size_t depth);

void initialise(Encoder& p, Rng& rng);

/// "0.norm1.weight", ..., "1.norm1.weight", ...
Parameters named_parameters(Encoder& p);

/// x (B, N, D) -> y (B, N, D). The cache may come from another pass. Dropout acts only where random numbers are given
/// (rng != nullptr: training).
Tensor<3> encoder_forward(const Encoder& p, Tensor<3> x, EncoderCache& cache, Rng* rng = nullptr,
                          Keep keep = Keep::everything);

/// From dy (B, N, D) returns dx (B, N, D) and adds the parameters' gradients to grad. Throws std::logic_error unless
/// the forward pass kept everything.
Tensor<3> encoder_backward(const Encoder& p, const EncoderCache& cache, Tensor<3> dy, Encoder& grad);

}  // namespace vit
