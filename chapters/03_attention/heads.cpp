#include "03_attention/heads.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

#include "common/tensor/axes.h"
#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// Copies one of `parts` tensors (B, A, N, K) that lie side by side in rows (B, N, parts A K), out of the rows or into
/// them: for each image, head and token a run of K numbers.
template <class Copy>
void for_each_run(const Tensor<4>& heads, std::size_t part, std::size_t parts, const Copy& copy) {
    const std::size_t A = heads.shape()[1], N = heads.shape()[2], K = heads.shape()[3];
    in_slices(heads.shape()[0] * A, 0.25 * static_cast<double>(N * K), [&](std::size_t begin, std::size_t end) {
        for (std::size_t head = begin; head < end; ++head) {  // of all images
            const std::size_t b = head / A, a = head % A;
            for (std::size_t n = 0; n < N; ++n) copy((head * N + n) * K, (((b * N + n) * parts + part) * A + a) * K, K);
        }
    });
}

void take_from_rows(Tensor<4>& heads, const Tensor<3>& rows, std::size_t part, std::size_t parts) {
    for_each_run(heads, part, parts, [&](std::size_t by_head, std::size_t by_token, std::size_t width) {
        std::copy_n(rows.data() + by_token, width, heads.data() + by_head);
    });
}

void put_into_rows(const Tensor<4>& heads, Tensor<3>& rows, std::size_t part, std::size_t parts) {
    for_each_run(heads, part, parts, [&](std::size_t by_head, std::size_t by_token, std::size_t width) {
        std::copy_n(heads.data() + by_head, width, rows.data() + by_token);
    });
}

/// K, the width of one head, from the width of a row that holds `parts` times A heads.
std::size_t head_width(const char* function, std::size_t row_width, std::size_t parts, std::size_t heads) {
    if (heads == 0 || row_width % (parts * heads) != 0) {
        throw std::invalid_argument(
            fmt::format("{}: the width {} does not divide into {} times {} heads", function, row_width, parts, heads));
    }
    return row_width / (parts * heads);
}

}  // namespace

QueryKeyValue split_heads(const Tensor<3>& qkv, std::size_t heads) {
    const auto [batch, tokens, row_width] = qkv.shape();
    const std::size_t width = head_width("split_heads", row_width, 3, heads);
    QueryKeyValue split;
    std::size_t part = 0;
    for (Tensor<4>* x : {&split.query, &split.key, &split.value}) {
        *x = uninitialised<4>({batch, heads, tokens, width});
        take_from_rows(*x, qkv, part++, 3);
    }
    return split;
}

Tensor<3> join_heads(const QueryKeyValue& split) {
    Axes axes("join_heads");
    axes.check("query", "BANK", split.query).check("key", "BANK", split.key).check("value", "BANK", split.value);
    Tensor<3> qkv = uninitialised<3>({axes['B'], axes['N'], 3 * axes['A'] * axes['K']});
    std::size_t part = 0;
    for (const Tensor<4>* x : {&split.query, &split.key, &split.value}) put_into_rows(*x, qkv, part++, 3);
    return qkv;
}

Tensor<3> merge_heads(const Tensor<4>& heads) {
    const auto [batch, head_count, tokens, width] = heads.shape();
    Tensor<3> merged = uninitialised<3>({batch, tokens, head_count * width});
    put_into_rows(heads, merged, 0, 1);
    return merged;
}

Tensor<4> unmerge_heads(const Tensor<3>& merged, std::size_t heads) {
    const auto [batch, tokens, row_width] = merged.shape();
    Tensor<4> by_head = uninitialised<4>({batch, heads, tokens, head_width("unmerge_heads", row_width, 1, heads)});
    take_from_rows(by_head, merged, 0, 1);
    return by_head;
}

}  // namespace vit
