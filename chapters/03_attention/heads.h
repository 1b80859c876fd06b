// Heads: a token's q, k and v, side by side in one row, and the same numbers sorted by head.
//
//     qkv (B, N, 3 A K)    <->  query, key, value (B, A, N, K)        b n (three a k)  <->  three of  b a n k
//     merged (B, N, A K)   <->  heads (B, A, N, K)                    b n (a k)        <->  b a n k
//
// A row of qkv holds all queries, then all keys, then all values, each head by head; that is the order of the published
// weights. Reading the same memory under the new shape gives the right shape with the wrong numbers, a common mistake:
// the axes change places, so the numbers must move.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// What every head asks, offers and says: each (B, A, N, K).
struct QueryKeyValue {
    Tensor<4> query, key, value;
};

/// qkv (B, N, 3 A K) -> query, key, value (B, A, N, K). Throws std::invalid_argument if 3 A does not divide the width.
QueryKeyValue split_heads(const Tensor<3>& qkv, std::size_t heads);

/// The inverse of split_heads, and so its backward pass: (B, A, N, K) three times -> (B, N, 3 A K).
Tensor<3> join_heads(const QueryKeyValue& split);

/// heads (B, A, N, K) -> (B, N, A K): each token's heads side by side. In xtensor, and many times slower:
///     reshape_view(transpose(heads, {0, 2, 1, 3}), {B, N, A K})
Tensor<3> merge_heads(const Tensor<4>& heads);

/// The inverse of merge_heads, and so its backward pass: (B, N, A K) -> (B, A, N, K).
Tensor<4> unmerge_heads(const Tensor<3>& merged, std::size_t heads);

}  // namespace vit
