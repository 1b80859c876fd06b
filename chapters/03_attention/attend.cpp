#include "03_attention/attend.h"

#include <cmath>

#include "03_attention/softmax.h"
#include "common/tensor/axes.h"
#include "common/tensor/matmul.h"

namespace vit {

Tensor<1> attend_one_query(const Tensor<1>& query, const Tensor<2>& keys, const Tensor<2>& values) {
    Axes axes("attend_one_query");
    axes.check("query", "K", query).check("keys", "NK", keys).check("values", "NK", values);
    const std::size_t tokens = axes['N'], width = axes['K'];

    // 1. How well does the query fit each token's key? A dot product of K numbers grows like sqrt(K): divide it out.
    Tensor<1> scores = zeros<1>({tokens});
    for (std::size_t n = 0; n < tokens; ++n) {
        for (std::size_t k = 0; k < width; ++k) scores(n) += query(k) * keys(n, k);
        scores(n) /= std::sqrt(static_cast<Scalar>(width));
    }
    // 2. Scores become shares that sum to 1.
    const Tensor<1> weights = softmax_forward(scores);  // (N)
    // 3. Take that share of each token's value.
    Tensor<1> y = zeros<1>({width});
    for (std::size_t n = 0; n < tokens; ++n)
        for (std::size_t k = 0; k < width; ++k) y(k) += weights(n) * values(n, k);
    return y;
}

Tensor<2> attend_one_head(const Tensor<2>& queries, const Tensor<2>& keys, const Tensor<2>& values) {
    Axes("attend_one_head").check("queries", "NK", queries).check("keys", "NK", keys).check("values", "NK", values);
    Tensor<2> y(queries.shape());  // (N, K)
    for (std::size_t n = 0; n < queries.shape()[0]; ++n) {
        const Tensor<1> query = xt::view(queries, n);
        xt::view(y, n) = attend_one_query(query, keys, values);
    }
    return y;
}

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

Tensor<4> attention_weights(const Tensor<4>& queries, const Tensor<4>& keys) {
    Axes("attention_weights").check("queries", "BANK", queries).check("keys", "BANK", keys);
    const Scalar scale = 1 / std::sqrt(static_cast<Scalar>(queries.shape()[3]));
    // 1. All dot products of a head are one matrix product, q kᵀ.
    Tensor<4> scores = matmul_batched(queries, keys, Transpose::second, scale);  // (B, A, N, N)
    // 2. Each row is one query's: shares over the keys.
    return softmax_forward(std::move(scores));  // (B, A, N, N)
}

Tensor<4> attend_batch(const Tensor<4>& queries, const Tensor<4>& keys, const Tensor<4>& values) {
    // 3. All weighted sums of a head are one matrix product.
    return matmul_batched(attention_weights(queries, keys), values);  // (B, A, N, K)
}

}  // namespace vit
