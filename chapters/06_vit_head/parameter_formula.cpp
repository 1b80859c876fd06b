#include "06_vit_head/parameter_formula.h"

namespace vit {
namespace {

/// A Linear from I inputs to O outputs: weight (O, I), bias (O).
std::size_t linear(std::size_t inputs, std::size_t outputs, bool bias = true) {
    return outputs * inputs + (bias ? outputs : 0);
}

/// A LayerNorm: weight and bias, one number each for every number of a token.
std::size_t layer_norm(std::size_t width) {
    return 2 * width;
}

}  // namespace

// #region exercise 6.3 parameter_count_of (medium, 20 minutes)
std::size_t parameter_count_of(const VitConfig& config) {
    const std::size_t C = config.channels, P = config.patch_size, D = config.width, F = config.hidden;
    const std::size_t A = config.heads, L = config.depth, Y = config.classes, T = config.tokens();

    // 1. The patch embedding: a Linear from the C P P numbers of a patch to D.
    std::size_t embedding = linear(C * P * P, D);
    // 2. With patch_norm, a LayerNorm on each side of it.
    if (config.patch_norm) embedding += layer_norm(C * P * P) + layer_norm(D);
    // 3. The class token, if there is one, and a position for each of the T tokens; all have D numbers.
    const std::size_t tokens = (config.has_class_token() ? D : 0) + T * D;
    // 4. The width K of a head: head_width, or D / A where that is 0.
    const std::size_t K = config.head_width > 0 ? config.head_width : D / A;
    // 5. Attention: the qkv Linear from D to 3 A K, and the projection from A K back to D. Two options change these.
    std::size_t attention = linear(D, 3 * A * K, config.qkv_bias);
    if (config.attention_projection) attention += linear(A * K, D);
    // 6. The MLP: a Linear from D to F, and one back.
    const std::size_t mlp = linear(D, F) + linear(F, D);
    // 7. L blocks, each with two norms, attention and MLP.
    const std::size_t blocks = L * (layer_norm(D) + attention + layer_norm(D) + mlp);
    // 8. The last norm, and the head: a Linear from D to Y.
    return embedding + tokens + blocks + layer_norm(D) + linear(D, Y);
}
// #endregion

}  // namespace vit
