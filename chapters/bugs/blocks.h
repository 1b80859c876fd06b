// Find the bug: the blocks of an encoder. The model has as many as it should, and trains; it only learns less than
// others of its depth.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/tensor/random.h"

namespace vit {

/// One block of a model, here with a single weight (D, D).
struct OneWeight {
    Tensor<2> weight;
};

using Blocks = std::vector<std::shared_ptr<OneWeight>>;

/// Makes `depth` blocks of width D, each with a weight of its own, of random numbers of its own.
using MakeBlocks = std::function<Blocks(std::size_t depth, std::size_t D, Rng& rng)>;

namespace suspect {

inline Blocks make_blocks(std::size_t depth, std::size_t D, Rng& rng) {
    const auto block = std::make_shared<OneWeight>(OneWeight{rng.normal_tensor<2>({D, D})});
    return Blocks(depth, block);
}

}  // namespace suspect

/// Tries a function that makes blocks: true if it is right, false if it has a bug: this one, or another.
bool blocks_are_right(const MakeBlocks& make);

}  // namespace vit
