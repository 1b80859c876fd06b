#include "03_attention/attend.h"

#include <cmath>
#include <utility>

#include "03_attention/softmax.h"
#include "03_attention/tiles/tiled_attend.h"
#include "common/tensor/axes.h"
#include "common/tensor/matmul.h"

namespace vit {
namespace {

Axes check_shapes(const char* function, const QueryKeyValue& x) {
    Axes axes(function);
    axes.check("query", "BANK", x.query).check("key", "BANK", x.key).check("value", "BANK", x.value);
    return axes;
}

}  // namespace

Scalar attention_scale(std::size_t head_width) {
    return 1 / std::sqrt(static_cast<Scalar>(head_width));
}

// #region exercise 3.7 attend_one_query (easy, 10 minutes)
Tensor<1> attend_one_query(const Tensor<1>& query, const Tensor<2>& keys, const Tensor<2>& values) {
    Axes axes("attend_one_query");
    axes.check("query", "K", query).check("keys", "NK", keys).check("values", "NK", values);
    const std::size_t N = axes['N'], K = axes['K'];

    // 1. How well does the query fit each token's key?
    Tensor<1> scores = zeros<1>({N});  // (N)
    for (std::size_t n = 0; n < N; ++n) {
        for (std::size_t k = 0; k < K; ++k) scores(n) += query(k) * keys(n, k);
        scores(n) *= attention_scale(K);
    }
    // 2. Scores become shares that sum to 1.
    const Tensor<1> weights = softmax_forward(scores);  // (N)
    // 3. Take that share of each token's value.
    Tensor<1> y = zeros<1>({K});  // (K)
    for (std::size_t n = 0; n < N; ++n)
        for (std::size_t k = 0; k < K; ++k) y(k) += weights(n) * values(n, k);
    return y;
}
// #endregion

// #region exercise 3.8 attend_one_head (easy, 5 minutes)
Tensor<2> attend_one_head(const Tensor<2>& queries, const Tensor<2>& keys, const Tensor<2>& values) {
    Axes("attend_one_head").check("queries", "NK", queries).check("keys", "NK", keys).check("values", "NK", values);
    // 1. Each token's query by itself.
    Tensor<2> y(queries.shape());  // (N, K)
    for (std::size_t n = 0; n < queries.shape()[0]; ++n) {
        const Tensor<1> query = xt::view(queries, n);
        xt::view(y, n) = attend_one_query(query, keys, values);
    }
    return y;
}
// #endregion

Tensor<3> attend_many_heads(const Tensor<3>& queries, const Tensor<3>& keys, const Tensor<3>& values) {
    Axes("attend_many_heads")
        .check("queries", "ANK", queries)
        .check("keys", "ANK", keys)
        .check("values", "ANK", values);
    Tensor<3> y(queries.shape());  // (A, N, K)
    for (std::size_t a = 0; a < queries.shape()[0]; ++a) {
        const Tensor<2> head_queries = xt::view(queries, a), head_keys = xt::view(keys, a),
                        head_values = xt::view(values, a);
        xt::view(y, a) = attend_one_head(head_queries, head_keys, head_values);
    }
    return y;
}

// #region exercise 3.9 attend_forward (medium, 15 minutes)
Tensor<4> attend_forward(const Attend& p, const QueryKeyValue& x, AttendCache& cache, Rng* rng) {
    if (p.tile > 0) return tiled_attend_forward(p, x, cache, rng);  // the same numbers in less memory
    const Scalar scale = attention_scale(check_shapes("attend_forward", x)['K']);

    // 1. All dot products of a head are one matrix product: scores = query keyᵀ / √K.
    const Tensor<4> scores = matmul_batched(x.query, x.key, Transpose::second, scale);  // (B, A, N, N)
    // 2. Each row is one query's: shares over the keys.
    cache.weights = softmax_forward(scores);  // (B, A, N, N)
    // 3. While training, dropout forgets some of them: cache.dropped, which is empty where nothing was dropped.
    const bool dropping = drops(p.dropout, rng);
    cache.dropped = dropping ? dropout_forward(p.dropout, cache.weights, cache.dropout, rng) : Tensor<4>();
    // 4. All weighted sums of a head are one matrix product.
    return matmul_batched(dropping ? cache.dropped : cache.weights, x.value);  // (B, A, N, K)
}
// #endregion

// #region exercise 3.10 attend_backward (hard, 20 minutes)
QueryKeyValue attend_backward(const Attend& p, const QueryKeyValue& x, const AttendCache& cache, const Tensor<4>& dy) {
    if (p.tile > 0) return tiled_attend_backward(p, x, cache, dy);
    Axes axes = check_shapes("attend_backward", x);
    axes.set('M', axes['N'], "query").check("weights", "BAMN", cache.weights).check("dy", "BANK", dy);
    const Scalar scale = attention_scale(axes['K']);
    const bool dropping = cache.dropped.size() > 0;

    // 4. y = weights value: dvalue = weightsᵀ dy, dweights = dy valueᵀ.
    QueryKeyValue d;
    d.value = matmul_batched(dropping ? cache.dropped : cache.weights, dy, Transpose::first);  // (B, A, N, K)
    Tensor<4> ddropped = matmul_batched(dy, x.value, Transpose::second);                       // (B, A, N, N)
    // 3. What was forgotten gets no gradient.
    const Tensor<4> dweights = dropping ? dropout_backward(cache.dropout, std::move(ddropped)) : std::move(ddropped);
    // 2. Through each row's softmax.
    const Tensor<4> dscores = softmax_backward(cache.weights, dweights);  // (B, A, N, N)
    // 1. scores = query keyᵀ / √K: dquery = dscores key / √K, dkey = dscoresᵀ query / √K.
    d.query = matmul_batched(dscores, x.key, Transpose::none, scale);   // (B, A, N, K)
    d.key = matmul_batched(dscores, x.query, Transpose::first, scale);  // (B, A, N, K)
    return d;
}
// #endregion

}  // namespace vit
