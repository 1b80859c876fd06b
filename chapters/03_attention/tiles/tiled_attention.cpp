#include "03_attention/tiles/tiled_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "common/tensor/axes.h"
#include "common/tensor/matmul.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

/// The tokens [begin, end) of one head of one image: head number h of (B, A, N, K), counted through B and A -> (S, K).
Tensor<2> tile_of(const Tensor<4>& x, std::size_t h, std::size_t begin, std::size_t end) {
    const std::size_t tokens = x.shape()[2], width = x.shape()[3];
    Tensor<2> tile = uninitialised<2>({end - begin, width});
    std::copy_n(x.data() + (h * tokens + begin) * width, tile.size(), tile.data());
    return tile;
}

/// Adds a tile to its place in x.
void add_tile(Tensor<4>& x, std::size_t h, std::size_t begin, const Tensor<2>& tile) {
    Scalar* place = x.data() + (h * x.shape()[2] + begin) * x.shape()[3];
    for (std::size_t i = 0; i < tile.size(); ++i) place[i] += tile.data()[i];
}

Axes check_shapes(const char* function, const QueryKeyValue& split, std::size_t tile) {
    if (tile == 0)
        throw std::invalid_argument(std::string(function) + ": the tile must be at least 1 token, but it is 0");
    Axes axes(function);
    axes.check("query", "BANK", split.query).check("key", "BANK", split.key).check("value", "BANK", split.value);
    return axes;
}

Scalar scale_of(const QueryKeyValue& split) {
    return 1 / std::sqrt(static_cast<Scalar>(split.query.shape()[3]));
}

/// What is known of a tile of queries after some of the keys.
struct Running {
    Tensor<1> largest;  // (S), m
    Tensor<1> sum;      // (S), l
    Tensor<2> y;        // (S, K), the weighted sum of the values, not yet divided
};

/// Takes in one tile of keys and values; `scores` (S queries, S keys) becomes exp(scores - largest).
void take_in(Running& r, Tensor<2>& scores, const Tensor<2>& values) {
    for (std::size_t i = 0; i < row_count(scores); ++i) {
        const std::span<Scalar> s = row(scores, i);
        const Scalar largest = std::max(r.largest(i), *std::max_element(s.begin(), s.end()));
        const Scalar shrink = std::exp(r.largest(i) - largest);
        for (Scalar& score : s) score -= largest;
        r.largest(i) = largest;
        r.sum(i) *= shrink;
        for (Scalar& y : row(r.y, i)) y *= shrink;
    }
    scores = Tensor<2>(xt::exp(scores));
    for (std::size_t i = 0; i < row_count(scores); ++i) {
        for (Scalar weight : row(scores, i)) r.sum(i) += weight;
    }
    r.y += matmul_rows(scores, values);
}

/// The attention weights of a tile of queries and a tile of keys, from what the forward pass kept: exp(score - log
/// sum).
Tensor<2> weights_of(const Tensor<2>& queries, const Tensor<2>& keys, Scalar scale, const Scalar* log_sum) {
    Tensor<2> weights = matmul_rows(queries, keys, Transpose::second);  // (S queries, S keys)
    for (std::size_t i = 0; i < row_count(weights); ++i) {
        for (Scalar& w : row(weights, i)) w = scale * w - log_sum[i];
    }
    return xt::exp(weights);
}

/// Softmax backward for a tile. The average of dweights over all keys, weighted, is dy . y, so no other tile is needed.
Tensor<2> dscores_of(const Tensor<2>& weights, const Tensor<2>& dweights, const Tensor<2>& y, const Tensor<2>& dy) {
    Tensor<2> dscores(weights.shape());
    for (std::size_t i = 0; i < row_count(weights); ++i) {
        const std::span<const Scalar> y_row = row(y, i), dy_row = row(dy, i);
        Scalar average = 0;
        for (std::size_t k = 0; k < y_row.size(); ++k) average += dy_row[k] * y_row[k];
        const std::span<const Scalar> w = row(weights, i), dw = row(dweights, i);
        const std::span<Scalar> ds = row(dscores, i);
        for (std::size_t j = 0; j < ds.size(); ++j) ds[j] = w[j] * (dw[j] - average);
    }
    return dscores;
}

/// aᵀ b: (S, M), (S, N) -> (M, N).
Tensor<2> transposed_product(const Tensor<2>& a, const Tensor<2>& b) {
    Tensor<2> product = zeros<2>({row_width(a), row_width(b)});
    add_matmul_over_rows(a, b, product);
    return product;
}

}  // namespace

Tensor<4> tiled_attention_forward(const QueryKeyValue& split, std::size_t tile, TiledAttentionCache& cache) {
    const Axes axes = check_shapes("tiled_attention_forward", split, tile);
    const std::size_t tokens = axes['N'], heads = axes['B'] * axes['A'];
    cache.log_sum = uninitialised<3>({axes['B'], axes['A'], tokens});
    cache.attended = zeros_like(split.query);  // (B, A, N, K)
    for (std::size_t h = 0; h < heads; ++h) {
        for (std::size_t q = 0; q < tokens; q += tile) {
            const Tensor<2> queries = tile_of(split.query, h, q, std::min(q + tile, tokens));  // (S, K)
            const std::size_t count = queries.shape()[0];
            Running running{zeros<1>({count}), zeros<1>({count}), zeros_like(queries)};
            running.largest.fill(-std::numeric_limits<Scalar>::infinity());
            for (std::size_t k = 0; k < tokens; k += tile) {
                const std::size_t end = std::min(k + tile, tokens);
                Tensor<2> scores = matmul_rows(queries, tile_of(split.key, h, k, end), Transpose::second);  // (S, S)
                scores *= scale_of(split);
                take_in(running, scores, tile_of(split.value, h, k, end));
            }
            for (std::size_t i = 0; i < count; ++i) {
                for (Scalar& y : row(running.y, i)) y /= running.sum(i);
                cache.log_sum.data()[h * tokens + q + i] = running.largest(i) + std::log(running.sum(i));
            }
            add_tile(cache.attended, h, q, running.y);
        }
    }
    return cache.attended;
}

QueryKeyValue tiled_attention_backward(const QueryKeyValue& split, std::size_t tile, const TiledAttentionCache& cache,
                                       const Tensor<4>& dy) {
    Axes axes = check_shapes("tiled_attention_backward", split, tile);
    axes.check("dy", "BANK", dy).check("attended", "BANK", cache.attended).check("log_sum", "BAN", cache.log_sum);
    const std::size_t tokens = axes['N'], heads = axes['B'] * axes['A'];
    const Scalar scale = scale_of(split);
    QueryKeyValue d{zeros_like(split.query), zeros_like(split.key), zeros_like(split.value)};
    for (std::size_t h = 0; h < heads; ++h) {
        for (std::size_t q = 0; q < tokens; q += tile) {
            const std::size_t q_end = std::min(q + tile, tokens);
            const Tensor<2> queries = tile_of(split.query, h, q, q_end),
                            y = tile_of(cache.attended, h, q, q_end);  // (S, K)
            const Tensor<2> dy_tile = tile_of(dy, h, q, q_end);
            for (std::size_t k = 0; k < tokens; k += tile) {
                const std::size_t k_end = std::min(k + tile, tokens);
                const Tensor<2> keys = tile_of(split.key, h, k, k_end), values = tile_of(split.value, h, k, k_end);
                // y = weights values.
                const Tensor<2> weights =
                    weights_of(queries, keys, scale, cache.log_sum.data() + h * tokens + q);  // (S, S)
                const Tensor<2> dweights = matmul_rows(dy_tile, values, Transpose::second);
                add_tile(d.value, h, k, transposed_product(weights, dy_tile));
                // weights = softmax(scale queries keysᵀ).
                Tensor<2> dscores = dscores_of(weights, dweights, y, dy_tile);
                dscores *= scale;
                add_tile(d.query, h, q, matmul_rows(dscores, keys));
                add_tile(d.key, h, k, transposed_product(dscores, queries));
            }
        }
    }
    return d;
}

}  // namespace vit
