#include "bugs/heads.h"

#include "common/tensor/comparison.h"

namespace vit {

// #region exercise B.2 heads_are_right (medium, 15 minutes)
bool heads_are_right(const HeadCode& code) {
    // 1. Heads and merged rows that belong together.
    const std::size_t B = 2, A = 3, N = 4, K = 5;  // none like another, and none is 1
    Tensor<4> heads = zeros<4>({B, A, N, K});
    Tensor<3> merged = zeros<3>({B, N, A * K});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n)
                for (std::size_t k = 0; k < K; ++k) {
                    const auto number = static_cast<Scalar>(1000 * b + 100 * a + 10 * n + k);  // tells its place
                    heads(b, a, n, k) = number;
                    merged(b, n, a * K + k) = number;
                }
    // 2. Are both functions right?
    const bool merges = bool(same(code.merge(heads), merged, "BND"));
    const bool unmerges = bool(same(code.unmerge(merged, A), heads, "BANK"));
    // Each against what was written down. There and back would show nothing: two wrong functions may fit each other.
    return merges && unmerges;
}
// #endregion

}  // namespace vit
