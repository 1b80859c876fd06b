// Scaled dot-product attention, built up in four steps: one query, one head, many heads, a batch.
//
//     y = softmax(q kᵀ / √K) v        Vaswani et al. 2017, equation 1; K is the width of a head
//
// A query is compared with the key of every token; the comparison says how much of that token's value to take. The
// first three functions are for reading: each calls the one before it. The last is what the layer uses: the same
// numbers for all images and heads at once, and what is needed to go back. The chapter's program and tests hold each
// step equal to the next.
#pragma once

#include "02_class_token_and_position/dropout.h"
#include "03_attention/heads.h"

namespace vit {

/// 1 / √K. The dot product of two vectors of K random numbers (independent, mean 0, variance 1) has mean 0 and variance
/// K: divided by √K it has variance 1, however wide the head.
Scalar attention_scale(std::size_t head_width);

/// One query (K) looks at N tokens: keys (N, K), values (N, K) -> (K).
Tensor<1> attend_one_query(const Tensor<1>& query, const Tensor<2>& keys, const Tensor<2>& values);

/// One head: every token has a query. All (N, K) -> (N, K).
Tensor<2> attend_one_head(const Tensor<2>& queries, const Tensor<2>& keys, const Tensor<2>& values);

/// Many heads, each for itself: all (A, N, K) -> (A, N, K).
Tensor<3> attend_many_heads(const Tensor<3>& queries, const Tensor<3>& keys, const Tensor<3>& values);

/// How a batch attends. There is nothing to learn in it.
struct Attend {
    double dropout = 0;    // of the attention weights
    std::size_t tile = 0;  // tokens in a tile (tiles/tiled_attend.h, for long sequences); 0: all weights at once
};

struct AttendCache {
    Tensor<4> weights;        // (B, A, N, N): row i is how much token i takes from each token; it sums to 1
    DropoutCache<4> dropout;  // of the weights
    Tensor<4> dropped;        // (B, A, N, N), the weights after dropout; empty where nothing was dropped
    Tensor<4> attended;       // (B, A, N, K), the result; this and the next two only with tiles, instead of the weights
    Tensor<3> largest;        // (B, A, N), each query's largest score
    Tensor<3> sum;            // (B, A, N), the sum of exp(score - largest) over the keys
};

/// A batch: x (B, A, N, K) three times -> (B, A, N, K). Dropout acts only where random numbers are given (rng !=
/// nullptr: training).
Tensor<4> attend_forward(const Attend& p, const QueryKeyValue& x, AttendCache& cache, Rng* rng = nullptr);

/// From dy (B, A, N, K) returns the gradients of query, key and value. `x` is the input of the forward pass.
QueryKeyValue attend_backward(const Attend& p, const QueryKeyValue& x, const AttendCache& cache, const Tensor<4>& dy);

}  // namespace vit
