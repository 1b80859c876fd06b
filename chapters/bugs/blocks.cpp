#include "bugs/blocks.h"

#include "common/tensor/comparison.h"

namespace vit {

// #region exercise B.8 blocks_are_right (medium, 10 minutes)
bool blocks_are_right(const MakeBlocks& make) {
    // 1. Several blocks.
    Rng rng(1);
    const std::size_t depth = 4;  // more than two: all pairs are to be seen
    const Blocks blocks = make(depth, 3, rng);
    // 2. Are they what was asked for?
    if (blocks.size() != depth) return false;
    for (std::size_t i = 0; i < depth; ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const Tensor<2> other = blocks[j]->weight;               // (D, D), a copy
            if (same(blocks[i]->weight, other, "DE")) return false;  // the same numbers
            blocks[i]->weight += 1;
            if (!same(blocks[j]->weight, other, "DE")) return false;  // block j changed with block i
        }
    return true;
}
// #endregion

}  // namespace vit
