#include "03_attention/attention.h"

#include <fmt/core.h>

#include <stdexcept>
#include <utility>

#include "common/tensor/axes.h"

namespace vit {
namespace {

/// Throws if the config makes no layer; says why.
void check(const AttentionConfig& c) {
    const auto require = [](bool holds, const std::string& message) {
        if (!holds) throw std::invalid_argument("attention: " + message);
    };
    require(c.width > 0 && c.heads > 0,
            fmt::format("width and heads must be at least 1, but they are {} and {}", c.width, c.heads));
    require(c.head_width > 0 || c.width % c.heads == 0,
            fmt::format("{} heads do not divide the width {}; choose another number of heads or give the head width",
                        c.heads, c.width));
    require(
        c.projection || (c.heads == 1 && (c.head_width == 0 || c.head_width == c.width)),
        fmt::format("the output projection can only be left out for one head of width D = {}, but there are {} heads "
                    "of width {}",
                    c.width, c.heads, c.head_width > 0 ? c.head_width : c.width / c.heads));
    require(c.attend.tile == 0 || c.attend.dropout == 0,
            fmt::format("in tiles there are no attention weights to drop, but the attention dropout is {}",
                        c.attend.dropout));
    check_dropout("attention", c.attend.dropout);
    check_dropout("attention", c.projection_dropout);
}

}  // namespace

Attention make_attention(const AttentionConfig& config) {
    check(config);
    const std::size_t D = config.width, A = config.heads, K = config.head_width > 0 ? config.head_width : D / A;
    Attention p{.heads = A,
                .attend = config.attend,
                .projection_dropout = config.projection_dropout,
                .qkv = make_linear(D, 3 * A * K, config.qkv_bias),
                .projection = std::nullopt};
    if (config.projection) p.projection = make_linear(A * K, D);
    return p;
}

void initialise(Attention& p, Rng& rng) {
    initialise(p.qkv, rng, 3);  // queries, keys and values: three matrices in one weight
    if (p.projection) initialise(*p.projection, rng);
}

Parameters named_parameters(Attention& p) {
    Parameters parameters;
    append(parameters, "qkv", named_parameters(p.qkv));
    if (p.projection) append(parameters, "proj", named_parameters(*p.projection));
    return parameters;
}

// #region exercise 3.11 attention_forward (medium, 15 minutes)
Tensor<3> attention_forward(const Attention& p, Tensor<3> x, AttentionCache& cache, Rng* rng) {
    Axes("attention_forward").set('D', p.qkv.weight.shape()[1], "qkv").check("x", "BND", x);
    cache.x = std::move(x);  // (B, N, D)
    // 1. Queries, keys and values of all heads in one product.
    const Tensor<3> qkv = linear_forward(p.qkv, cache.x);  // (B, N, 3 A K)
    // 2. Sorted by head.
    cache.split = split_heads(qkv, p.heads);  // (B, A, N, K) each
    // 3. Every head attends; the random numbers go with it.
    const Tensor<4> attended = attend_forward(p.attend, cache.split, cache.attend, rng);  // (B, A, N, K)
    // 4. Each token's heads side by side again.
    cache.merged = merge_heads(attended);  // (B, N, A K)
    // 5. The output projection mixes the heads; p.projection may be empty, and then y is cache.merged. Then dropout,
    //    with p.projection_dropout and cache.projection_dropout.
    Tensor<3> y = p.projection ? linear_forward(*p.projection, cache.merged) : cache.merged;  // (B, N, D)
    return dropout_forward(p.projection_dropout, std::move(y), cache.projection_dropout, rng);
}
// #endregion

// #region exercise 3.12 attention_backward (medium, 15 minutes)
Tensor<3> attention_backward(const Attention& p, const AttentionCache& cache, const Tensor<3>& dy, Attention& grad) {
    Axes("attention_backward").check("x", "BND", cache.x).check("dy", "BND", dy);
    // 5. Through the dropout, and through the output projection if there is one.
    const Tensor<3> dprojected = dropout_backward(cache.projection_dropout, dy);  // (B, N, D)
    const Tensor<3> dmerged = p.projection ? linear_backward(*p.projection, cache.merged, dprojected, *grad.projection)
                                           : dprojected;  // (B, N, A K)
    // 4. Each head gets its part of the row.
    const Tensor<4> dattended = unmerge_heads(dmerged, p.heads);  // (B, A, N, K)
    // 3. Through the attention of every head.
    const QueryKeyValue dsplit = attend_backward(p.attend, cache.split, cache.attend, dattended);  // (B, A, N, K) each
    // 2. The three gradients side by side, as q, k and v lay.
    const Tensor<3> dqkv = join_heads(dsplit);  // (B, N, 3 A K)
    // 1. Through the Linear that made them.
    return linear_backward(p.qkv, cache.x, dqkv, grad.qkv);  // (B, N, D)
}
// #endregion

}  // namespace vit
