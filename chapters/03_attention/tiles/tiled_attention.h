// Attention in tiles: the same result without the N x N matrix.
//
// attend_batch stores a weight for every pair of tokens; at 1024 px that is most of the memory. But a weighted sum can
// be made piece by piece. Take the keys in tiles of S, and keep for each query the largest score so far m, the sum of
// the exponentials l, and the weighted sum of the values y. When a tile brings a larger score, what was summed before
// is too large by exp(m_new - m_old) and is scaled down:
//
//     l <- l exp(m_old - m_new) + sum_j exp(s_j - m_new)
//     y <- y exp(m_old - m_new) + sum_j exp(s_j - m_new) v_j        and at the end y / l
//
// The backward pass computes each tile's weights again from m + log l, which is all that is kept. Milakov and
// Gimelshein 2018 (the running softmax); Dao et al. 2022, "FlashAttention", algorithms 1 and 4.
#pragma once

#include "03_attention/heads.h"

namespace vit {

struct TiledAttentionCache {
    Tensor<3> log_sum;   // (B, A, N), log of the sum of exp(score) over the keys
    Tensor<4> attended;  // (B, A, N, K), the result
};

/// queries, keys, values (B, A, N, K) -> (B, A, N, K), S keys and S queries at a time. The same function as
/// attend_batch(queries, keys, values). Throws std::invalid_argument if the shapes differ or S is 0.
Tensor<4> tiled_attention_forward(const QueryKeyValue& split, std::size_t tile, TiledAttentionCache& cache);

/// From dy (B, A, N, K) returns the gradients of queries, keys and values.
QueryKeyValue tiled_attention_backward(const QueryKeyValue& split, std::size_t tile, const TiledAttentionCache& cache,
                                       const Tensor<4>& dy);

}  // namespace vit
