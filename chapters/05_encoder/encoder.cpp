#include "05_encoder/encoder.h"

#include <fmt/core.h>

#include <stdexcept>

namespace vit {

Encoder make_encoder(const BlockConfig& config, std::size_t depth) {
    Encoder p;
    for (std::size_t i = 0; i < depth; ++i) p.blocks.push_back(make_block(config));
    return p;
}

void initialise(Encoder& p, Rng& rng) {
    for (Block& block : p.blocks) initialise(block, rng);
}

Parameters named_parameters(Encoder& p) {
    Parameters parameters;
    for (std::size_t i = 0; i < p.blocks.size(); ++i)
        append(parameters, std::to_string(i), named_parameters(p.blocks[i]));
    return parameters;
}

// #region exercise 5.3 encoder_forward (easy, 10 minutes)
Tensor<3> encoder_forward(const Encoder& p, Tensor<3> x, EncoderCache& cache, Rng* rng, Keep keep) {
    // 1. A cache for each block (Keep::everything), or one that all of them use in turn (Keep::one_block).
    const bool everything = keep == Keep::everything;
    cache.blocks.resize(everything ? p.blocks.size() : 1);
    // 2. What one block returns is what the next one gets. All get rng.
    for (std::size_t i = 0; i < p.blocks.size(); ++i) {
        x = block_forward(p.blocks[i], x, cache.blocks[everything ? i : 0], rng);  // (B, N, D)
    }
    return x;
}
// #endregion

// #region exercise 5.4 encoder_backward (easy, 10 minutes)
Tensor<3> encoder_backward(const Encoder& p, const EncoderCache& cache, Tensor<3> dy, Encoder& grad) {
    if (cache.blocks.size() != p.blocks.size()) {
        throw std::logic_error(
            fmt::format("encoder_backward: there are {} blocks, but the forward pass kept {} "
                        "(Keep::one_block keeps one, which is enough for inference only)",
                        p.blocks.size(), cache.blocks.size()));
    }
    // 2. From the last block to the first, each with the cache that it filled.
    for (std::size_t i = p.blocks.size(); i-- > 0;) {
        dy = block_backward(p.blocks[i], cache.blocks[i], dy, grad.blocks[i]);  // (B, N, D)
    }
    return dy;
}
// #endregion

}  // namespace vit
