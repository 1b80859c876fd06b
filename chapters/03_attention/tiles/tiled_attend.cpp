#include "03_attention/tiles/tiled_attend.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "common/tensor/axes.h"
#include "common/tensor/elementwise.h"
#include "common/tensor/matmul.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

constexpr Scalar no_score = -std::numeric_limits<Scalar>::infinity();

/// The tokens [begin, end) of one head of one image as a matrix: x (B, A, N, K) -> (end - begin, K).
Tensor<2> tile_of(const Tensor<4>& x, std::size_t b, std::size_t a, std::size_t begin, std::size_t end) {
    const std::size_t K = x.shape()[3];
    Tensor<2> tile = uninitialised<2>({end - begin, K});  // (S, K) or (R, K)
    std::copy_n(&x(b, a, begin, 0), tile.size(), tile.data());
    return tile;
}

/// Adds a tile to its place in x.
void add_tile(Tensor<4>& x, std::size_t b, std::size_t a, std::size_t begin, const Tensor<2>& tile) {
    for (std::size_t i = 0; i < tile.shape()[0]; ++i)
        for (std::size_t k = 0; k < tile.shape()[1]; ++k) x(b, a, begin + i, k) += tile(i, k);
}

/// The scores of a tile: queries (S, K), keys (R, K) -> (S, R).
Tensor<2> scores_of(const Tensor<2>& queries, const Tensor<2>& keys) {
    Tensor<2> scores = matmul_rows(queries, keys, Transpose::second);  // (S, R)
    scores *= attention_scale(queries.shape()[1]);
    return scores;
}

/// aᵀ b: (S, I), (S, O) -> (I, O).
Tensor<2> transposed_product(const Tensor<2>& a, const Tensor<2>& b) {
    Tensor<2> product = zeros<2>({row_width(a), row_width(b)});
    add_matmul_over_rows(a, b, product);
    return product;
}

/// What is known of a tile of queries after some of the keys.
struct Running {
    Tensor<1> largest;  // (S), m
    Tensor<1> sum;      // (S), l
    Tensor<2> y;        // (S, K), the weighted sum of the values, not yet divided by l
};

/// Takes in one tile of keys: their scores (S, R) and values (R, K). The two lines of the header.
void take_in(Running& running, const Tensor<2>& scores, const Tensor<2>& values) {
    Tensor<2> weights(scores.shape());  // (S, R), exp(s - m_new)
    for (std::size_t i = 0; i < row_count(scores); ++i) {
        const Scalar largest_before = running.largest(i);
        const Scalar largest = std::max(largest_before, largest_of(row_of(scores, i)));
        const Scalar shift = largest == no_score ? 0 : largest;  // all scores are -inf so far: their weights are 0
        const Scalar rescale = std::exp(largest_before - shift);
        exponentials(row_of(scores, i), shift, row_of(weights, i));
        running.largest(i) = largest;
        running.sum(i) = running.sum(i) * rescale + sum_of(row_of(weights, i));
        for (Scalar& y : row_of(running.y, i)) y *= rescale;
    }
    running.y += matmul_rows(weights, values);  // (S, K)
}

/// The attention weights of a tile, made again: exp(s - m) / l, for the queries from number `begin` on.
Tensor<2> weights_of(const Tensor<2>& scores, const AttendCache& cache, std::size_t b, std::size_t a,
                     std::size_t begin) {
    Tensor<2> weights(scores.shape());  // (S, R)
    for (std::size_t i = 0; i < row_count(scores); ++i) {
        exponentials(row_of(scores, i), cache.largest(b, a, begin + i), row_of(weights, i));
        for (Scalar& weight : row_of(weights, i)) weight /= cache.sum(b, a, begin + i);
    }
    return weights;
}

/// Softmax backward for a tile. The average of dweights over all keys, weighted, is dy . y: no other tile is needed.
Tensor<2> dscores_of(const Tensor<2>& weights, const Tensor<2>& dweights, const Tensor<2>& y, const Tensor<2>& dy) {
    Tensor<2> dscores(weights.shape());  // (S, R)
    for (std::size_t i = 0; i < row_count(weights); ++i) {
        const Scalar average = dot_of(row_of(y, i), row_of(dy, i));
        const std::span<const Scalar> w = row_of(weights, i), dw = row_of(dweights, i);
        const std::span<Scalar> ds = row_of(dscores, i);
        for (std::size_t j = 0; j < ds.size(); ++j) ds[j] = w[j] * (dw[j] - average);
    }
    return dscores;
}

/// One head of one image, forward: the queries [begin, end) against all keys.
void attend_tile(const QueryKeyValue& x, std::size_t b, std::size_t a, std::size_t begin, std::size_t end,
                 std::size_t tile, AttendCache& cache) {
    const std::size_t N = x.key.shape()[2], S = end - begin, K = x.query.shape()[3];
    const Tensor<2> queries = tile_of(x.query, b, a, begin, end);  // (S, K)
    Running running{zeros<1>({S}), zeros<1>({S}), zeros<2>({S, K})};
    running.largest.fill(no_score);
    for (std::size_t k = 0; k < N; k += tile) {
        const std::size_t k_end = std::min(k + tile, N);
        take_in(running, scores_of(queries, tile_of(x.key, b, a, k, k_end)), tile_of(x.value, b, a, k, k_end));
    }
    for (std::size_t i = 0; i < S; ++i) {
        cache.largest(b, a, begin + i) = running.largest(i);
        cache.sum(b, a, begin + i) = running.sum(i);
        for (std::size_t k = 0; k < K; ++k) cache.attended(b, a, begin + i, k) = running.y(i, k) / running.sum(i);
    }
}

/// One head of one image, backward: the queries [begin, end) against all keys.
void attend_tile_backward(const QueryKeyValue& x, std::size_t b, std::size_t a, std::size_t begin, std::size_t end,
                          std::size_t tile, const AttendCache& cache, const Tensor<4>& dy, QueryKeyValue& d) {
    const std::size_t N = x.key.shape()[2];
    const Scalar scale = attention_scale(x.query.shape()[3]);
    const Tensor<2> queries = tile_of(x.query, b, a, begin, end), y = tile_of(cache.attended, b, a, begin, end);
    const Tensor<2> dy_tile = tile_of(dy, b, a, begin, end);  // all three (S, K)
    for (std::size_t k = 0; k < N; k += tile) {
        const std::size_t k_end = std::min(k + tile, N);
        const Tensor<2> keys = tile_of(x.key, b, a, k, k_end), values = tile_of(x.value, b, a, k, k_end);  // (R, K)
        // y = weights value.
        const Tensor<2> weights = weights_of(scores_of(queries, keys), cache, b, a, begin);  // (S, R)
        const Tensor<2> dweights = matmul_rows(dy_tile, values, Transpose::second);          // (S, R)
        add_tile(d.value, b, a, k, transposed_product(weights, dy_tile));
        // weights = softmax(scores), scores = scale query keyᵀ.
        const Tensor<2> dscores = scale * dscores_of(weights, dweights, y, dy_tile);  // (S, R), times scale
        add_tile(d.query, b, a, begin, matmul_rows(dscores, keys));
        add_tile(d.key, b, a, k, transposed_product(dscores, queries));
    }
}

Axes check_shapes(const char* function, const Attend& p, const QueryKeyValue& x) {
    if (p.tile == 0) {
        throw std::invalid_argument(std::string(function) + ": the tile must be at least 1 token, but it is 0");
    }
    Axes axes(function);
    axes.check("query", "BANK", x.query).check("key", "BANK", x.key).check("value", "BANK", x.value);
    return axes;
}

}  // namespace

Tensor<4> tiled_attend_forward(const Attend& p, const QueryKeyValue& x, AttendCache& cache, Rng*) {
    const Axes axes = check_shapes("tiled_attend_forward", p, x);
    const std::size_t B = axes['B'], A = axes['A'], N = axes['N'], K = axes['K'];
    cache.attended = uninitialised<4>({B, A, N, K});  // (B, A, N, K)
    cache.largest = uninitialised<3>({B, A, N});      // (B, A, N)
    cache.sum = uninitialised<3>({B, A, N});          // (B, A, N)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t q = 0; q < N; q += p.tile) attend_tile(x, b, a, q, std::min(q + p.tile, N), p.tile, cache);
    return cache.attended;
}

QueryKeyValue tiled_attend_backward(const Attend& p, const QueryKeyValue& x, const AttendCache& cache,
                                    const Tensor<4>& dy) {
    Axes axes = check_shapes("tiled_attend_backward", p, x);
    axes.check("dy", "BANK", dy).check("attended", "BANK", cache.attended);
    axes.check("largest", "BAN", cache.largest).check("sum", "BAN", cache.sum);
    const std::size_t B = axes['B'], A = axes['A'], N = axes['N'];
    QueryKeyValue d{zeros_like(x.query), zeros_like(x.key), zeros_like(x.value)};  // (B, A, N, K) each
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t q = 0; q < N; q += p.tile)
                attend_tile_backward(x, b, a, q, std::min(q + p.tile, N), p.tile, cache, dy, d);
    return d;
}

}  // namespace vit
