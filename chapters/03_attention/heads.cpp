#include "03_attention/heads.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {
namespace {

/// K, the width of one head, from the width of a row that holds `parts` times A heads.
std::size_t width_of_head(const char* function, std::size_t row_width, std::size_t parts, std::size_t heads) {
    if (heads == 0 || row_width % (parts * heads) != 0) {
        throw std::invalid_argument(
            fmt::format("{}: the width {} does not divide into {} times {} heads", function, row_width, parts, heads));
    }
    return row_width / (parts * heads);
}

}  // namespace

// In all four functions K numbers lie side by side on both sides, so they move as one run: copy_n(from, K, to).

// #region exercise 3.5 split_heads (medium, 15 minutes)
QueryKeyValue split_heads(const Tensor<3>& qkv, std::size_t heads) {
    const auto [B, N, row_width] = qkv.shape();
    const std::size_t A = heads, K = width_of_head("split_heads", row_width, 3, heads), AK = A * K;
    // 1. A row of qkv holds A K numbers of queries, then of keys, then of values; in each, head a begins at a K.
    QueryKeyValue split{uninitialised<4>({B, A, N, K}), uninitialised<4>({B, A, N, K}), uninitialised<4>({B, A, N, K})};
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n) {
                std::copy_n(&qkv(b, n, 0 * AK + a * K), K, &split.query(b, a, n, 0));
                std::copy_n(&qkv(b, n, 1 * AK + a * K), K, &split.key(b, a, n, 0));
                std::copy_n(&qkv(b, n, 2 * AK + a * K), K, &split.value(b, a, n, 0));
            }
    return split;
}
// #endregion

Tensor<3> join_heads(const QueryKeyValue& split) {
    Axes axes("join_heads");
    axes.check("query", "BANK", split.query).check("key", "BANK", split.key).check("value", "BANK", split.value);
    const std::size_t B = axes['B'], A = axes['A'], N = axes['N'], K = axes['K'], AK = A * K;
    Tensor<3> qkv = uninitialised<3>({B, N, 3 * AK});  // (B, N, 3 A K)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n) {
                std::copy_n(&split.query(b, a, n, 0), K, &qkv(b, n, 0 * AK + a * K));
                std::copy_n(&split.key(b, a, n, 0), K, &qkv(b, n, 1 * AK + a * K));
                std::copy_n(&split.value(b, a, n, 0), K, &qkv(b, n, 2 * AK + a * K));
            }
    return qkv;
}

// #region exercise 3.6 merge_heads (easy, 10 minutes)
Tensor<3> merge_heads(const Tensor<4>& heads) {
    const auto [B, A, N, K] = heads.shape();
    // 1. In a token's row, head a begins at a K.
    Tensor<3> merged = uninitialised<3>({B, N, A * K});  // (B, N, A K)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n) std::copy_n(&heads(b, a, n, 0), K, &merged(b, n, a * K));
    return merged;
}
// #endregion

Tensor<4> unmerge_heads(const Tensor<3>& merged, std::size_t heads) {
    const auto [B, N, row_width] = merged.shape();
    const std::size_t A = heads, K = width_of_head("unmerge_heads", row_width, 1, heads);
    Tensor<4> by_head = uninitialised<4>({B, A, N, K});  // (B, A, N, K)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n) std::copy_n(&merged(b, n, a * K), K, &by_head(b, a, n, 0));
    return by_head;
}

}  // namespace vit
