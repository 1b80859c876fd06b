#include "bugs/heads.h"

#include "common/tensor/comparison.h"

namespace vit {

// #region exercise B.2 heads_are_right (medium, 15 minutes)
bool heads_are_right(const HeadCode& code) {
    const std::size_t B = 2, A = 3, N = 4, K = 5;
    // 1. Both sides, written down from the definition. Each number tells its place, and no two are the same.
    Tensor<4> heads = zeros<4>({B, A, N, K});    // (B, A, N, K)
    Tensor<3> merged = zeros<3>({B, N, A * K});  // (B, N, A K)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n)
                for (std::size_t k = 0; k < K; ++k) {
                    const auto number = static_cast<Scalar>(1000 * b + 100 * a + 10 * n + k);
                    heads(b, a, n, k) = number;
                    merged(b, n, a * K + k) = number;
                }
    // 2. Each direction against what was written down. There and back alone would show nothing: two views fit.
    return same(code.merge(heads), merged, "BND") && same(code.unmerge(merged, A), heads, "BANK");
}
// #endregion

}  // namespace vit
