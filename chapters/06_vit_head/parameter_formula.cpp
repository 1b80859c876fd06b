#include "06_vit_head/parameter_formula.h"

namespace vit {

// #region exercise 6.3 parameters_by_formula (easy, 15 minutes)
std::size_t parameters_by_formula(const VitConfig& config) {
    const std::size_t C = config.channels, P = config.patch_size, D = config.width, F = config.hidden;
    const std::size_t L = config.depth, Y = config.classes;
    const std::size_t AK = config.head_width > 0 ? config.heads * config.head_width : D;

    // 1. Sizes that do not fit together have no count: check(config). Then T = config.tokens().
    check(config);
    const std::size_t T = config.tokens();
    // 2. Before the blocks: the patch embedding, the class token (config.has_class_token()) and the positions; with
    //    config.patch_norm a LayerNorm before the projection, over the C P P numbers of a patch, and one after it, over
    //    D. A LayerNorm has a weight and a bias for each number.
    std::size_t count = D * C * P * P + D + (config.has_class_token() ? D : 0) + T * D;
    if (config.patch_norm) count += 2 * C * P * P + 2 * D;
    // 3. A block: two norms, qkv (its bias only with config.qkv_bias), the projection (only with
    //    config.attention_projection) and the MLP.
    const std::size_t qkv = 3 * AK * D + (config.qkv_bias ? 3 * AK : 0);
    const std::size_t projection = config.attention_projection ? D * AK + D : 0;
    const std::size_t block = 2 * 2 * D + qkv + projection + F * D + F + D * F + D;
    // 4. All blocks, the last norm and the head.
    return count + L * block + 2 * D + Y * D + Y;
}
// #endregion

}  // namespace vit
