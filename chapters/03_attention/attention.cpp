#include "03_attention/attention.h"

#include <fmt/core.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "03_attention/attend.h"
#include "03_attention/softmax.h"
#include "common/tensor/matmul.h"

namespace vit {
namespace {

/// K: as configured, or D / A.
std::size_t head_width(const AttentionConfig& config) {
    if (config.width == 0 || config.heads == 0) {
        throw std::invalid_argument(fmt::format("attention: width and heads must be at least 1, but they are {} and {}",
                                                config.width, config.heads));
    }
    if (config.head_width == 0 && config.width % config.heads != 0) {
        throw std::invalid_argument(fmt::format(
            "attention: {} heads do not divide the width {}; choose another number of heads or give the head width",
            config.heads, config.width));
    }
    return config.head_width == 0 ? config.width / config.heads : config.head_width;
}

/// Steps 2 to 4 of attention_forward, as in attend_batch, with the weights kept and some of them dropped.
Tensor<4> attend_with_dropout(const Attention& p, AttentionCache& cache, Rng* rng) {
    // 2. How much every token takes from every token.
    cache.weights = attention_weights(cache.split.query, cache.split.key);  // (B, A, N, N)
    // 3. Dropout forgets some of these.
    const bool drops = rng != nullptr && p.attention_dropout != 0;
    cache.dropped_weights =
        drops ? dropout_forward(p.attention_dropout, cache.weights, rng, cache.weights_dropout) : Tensor<4>();
    // 4. The weighted sums of the values.
    return matmul_batched(drops ? cache.dropped_weights : cache.weights, cache.split.value);  // (B, A, N, K)
}

QueryKeyValue attend_with_dropout_backward(const AttentionCache& cache, const Tensor<4>& dattended) {
    const auto& [query, key, value] = cache.split;
    const bool dropped = cache.dropped_weights.size() > 0;
    // 4. attended = weights value: each factor's gradient is dattended times the other factor.
    QueryKeyValue dsplit;
    dsplit.value = matmul_batched(dropped ? cache.dropped_weights : cache.weights, dattended, Transpose::first);
    Tensor<4> dweights = matmul_batched(dattended, value, Transpose::second);  // (B, A, N, N)
    // 3.
    if (dropped) dweights = dropout_backward(cache.weights_dropout, std::move(dweights));
    // 2. weights = softmax(scale query keyᵀ).
    const Tensor<4> dscores = softmax_backward(cache.weights, dweights);  // (B, A, N, N)
    const Scalar scale = 1 / std::sqrt(static_cast<Scalar>(query.shape()[3]));
    dsplit.query = matmul_batched(dscores, key, Transpose::none, scale);   // (B, A, N, K)
    dsplit.key = matmul_batched(dscores, query, Transpose::first, scale);  // (B, A, N, K)
    return dsplit;
}

}  // namespace

Attention make_attention(const AttentionConfig& config) {
    const std::size_t inner = config.heads * head_width(config);  // A K
    if (!config.projection && (config.heads != 1 || inner != config.width)) {
        throw std::invalid_argument(
            fmt::format("attention: the output projection can only be left out for one head of width D = {}, but there "
                        "are {} heads of width {}",
                        config.width, config.heads, inner / config.heads));
    }
    if (config.tile > 0 && config.attention_dropout > 0) {
        throw std::invalid_argument(
            fmt::format("attention: in tiles there are no attention weights to drop, but the attention dropout is {}",
                        config.attention_dropout));
    }
    Attention p{.heads = config.heads,
                .tile = config.tile,
                .attention_dropout = config.attention_dropout,
                .projection_dropout = config.projection_dropout,
                .qkv = make_linear(config.width, 3 * inner, config.qkv_bias),
                .projection = std::nullopt};
    if (config.projection) p.projection = make_linear(inner, config.width);
    return p;
}

void initialise(Attention& p, Rng& rng) {
    // The limit of one (A K, D) matrix, not of the three that lie in one tensor.
    const std::size_t inner = p.qkv.weight.shape()[0] / 3, width = p.qkv.weight.shape()[1];
    const Scalar limit = std::sqrt(Scalar(6) / static_cast<Scalar>(inner + width));
    rng.fill_uniform(p.qkv.weight.storage(), -limit, limit);
    p.qkv.bias.fill(0);
    if (p.projection) initialise(*p.projection, rng);
}

Parameters named_parameters(Attention& p) {
    Parameters parameters;
    append(parameters, "qkv", named_parameters(p.qkv));
    if (p.projection) append(parameters, "proj", named_parameters(*p.projection));
    return parameters;
}

Tensor<3> attention_forward(const Attention& p, Tensor<3> x, AttentionCache& cache, Rng* rng) {
    cache.x = std::move(x);
    // 1. Queries, keys and values of all heads in one product; then sorted by head.
    cache.split = split_heads(linear_forward(p.qkv, cache.x), p.heads);  // (B, A, N, K) each
    // 2 to 4. Every head attends.
    const Tensor<4> attended = p.tile > 0 ? tiled_attention_forward(cache.split, p.tile, cache.tiled)
                                          : attend_with_dropout(p, cache, rng);  // (B, A, N, K)
    // 5. Each token's heads side by side again.
    cache.merged = merge_heads(attended);  // (B, N, A K)
    // 6. The output projection mixes the heads.
    Tensor<3> y = p.projection ? linear_forward(*p.projection, cache.merged) : cache.merged;  // (B, N, D)
    return dropout_forward(p.projection_dropout, std::move(y), rng, cache.projection_dropout);
}

Tensor<3> attention_backward(const Attention& p, const AttentionCache& cache, const Tensor<3>& dy, Attention& grad) {
    // 6.
    const Tensor<3> dprojected = dropout_backward(cache.projection_dropout, dy);  // (B, N, D)
    const Tensor<3> dmerged = p.projection ? linear_backward(*p.projection, cache.merged, dprojected, *grad.projection)
                                           : dprojected;  // (B, N, A K)
    // 5.
    const Tensor<4> dattended = unmerge_heads(dmerged, p.heads);  // (B, A, N, K)
    // 4 to 2.
    const QueryKeyValue dsplit = p.tile > 0 ? tiled_attention_backward(cache.split, p.tile, cache.tiled, dattended)
                                            : attend_with_dropout_backward(cache, dattended);
    // 1.
    return linear_backward(p.qkv, cache.x, join_heads(dsplit), grad.qkv);  // (B, N, D)
}

}  // namespace vit
