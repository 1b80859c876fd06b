// Attention in tiles: the same result without the N x N matrix.
//
// attend_forward stores a weight for every pair of tokens; at 1024 px that is most of the memory. But a weighted sum
// can be made piece by piece. Take S queries at a time, and for these the keys in tiles of R. Keep for each query the
// largest score so far m, the sum of the exponentials l, and the weighted sum of the values y. When a tile brings a
// larger score, what was summed before is too large by exp(m_new - m_old) and is scaled down:
//
//     l <- l exp(m_old - m_new) + sum_j exp(s_j - m_new)
//     y <- y exp(m_old - m_new) + sum_j exp(s_j - m_new) v_j        and at the end y / l
//
// The backward pass makes each tile's weights again, exp(s - m) / l; m and l are all that is kept. Milakov and
// Gimelshein 2018 (the running softmax); Dao et al. 2022, "FlashAttention", algorithms 1 and 4.
#pragma once

#include "03_attention/attend.h"

namespace vit {

/// The same function as attend_forward, p.tile queries and p.tile keys at a time (S and R; fewer in the last tiles). No
/// dropout: there are no weights to drop.
Tensor<4> tiled_attend_forward(const Attend& p, const QueryKeyValue& x, AttendCache& cache, Rng* rng = nullptr);

/// The same function as attend_backward, for what tiled_attend_forward left in the cache.
QueryKeyValue tiled_attend_backward(const Attend& p, const QueryKeyValue& x, const AttendCache& cache,
                                    const Tensor<4>& dy);

}  // namespace vit
