// Scaled dot-product attention, built up in four steps: one query, one head, many heads, a batch.
//
//     y = softmax(q kᵀ / √K) v        Vaswani et al. 2017, equation 1; K is the width of a head
//
// A query is compared with the key of every token; the comparison says how much of that token's value to take. The
// first three functions are for reading: each calls the one before it. The last is what the layer uses: the same
// numbers for all images and heads at once. The chapter's program and tests hold each step equal to the next.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// One query (K) looks at N tokens: keys (N, K), values (N, K) -> (K).
Tensor<1> attend_one_query(const Tensor<1>& query, const Tensor<2>& keys, const Tensor<2>& values);

/// One head: every token has a query. All (N, K) -> (N, K).
Tensor<2> attend_one_head(const Tensor<2>& queries, const Tensor<2>& keys, const Tensor<2>& values);

/// Many heads, each for itself: all (A, N, K) -> (A, N, K).
Tensor<3> attend_many_heads(const Tensor<3>& queries, const Tensor<3>& keys, const Tensor<3>& values);

/// The attention weights of a batch: queries, keys (B, A, N, K) -> (B, A, N, N). Row i holds how much token i takes
/// from each token; it sums to 1.
Tensor<4> attention_weights(const Tensor<4>& queries, const Tensor<4>& keys);

/// A batch: queries, keys, values (B, A, N, K) -> (B, A, N, K).
Tensor<4> attend_batch(const Tensor<4>& queries, const Tensor<4>& keys, const Tensor<4>& values);

}  // namespace vit
