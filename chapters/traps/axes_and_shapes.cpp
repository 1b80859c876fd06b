#include "traps/axes_and_shapes.h"

#include "common/tensor/axes.h"
#include "common/tensor/matmul.h"

namespace vit {

// #region exercise X.3 batched_product (medium, 15 minutes)
Tensor<3> batched_product(const Tensor<3>& a, const Tensor<3>& b) {
    Axes axes("batched_product");
    axes.check("a", "BMK", a).check("b", "BKN", b);
    const std::size_t B = axes['B'], M = axes['M'], K = axes['K'], N = axes['N'];
    // 1. matmul_batched multiplies the matrices along two axes: the same numbers, with a first axis of size 1.
    const Tensor<4> left = xt::reshape_view(a, {std::size_t(1), B, M, K});   // (1, B, M, K)
    const Tensor<4> right = xt::reshape_view(b, {std::size_t(1), B, K, N});  // (1, B, K, N)
    // 2. Each matrix of a by the one at the same place in b.
    const Tensor<4> product = matmul_batched(left, right);  // (1, B, M, N)
    // 3. Without the first axis: (B, M, N).
    return xt::reshape_view(product, {B, M, N});
}
// #endregion

// #region exercise X.4 row_variances (easy, 5 minutes)
Tensor<1> row_variances(const Tensor<2>& x) {
    // 1. Along axis 1: an axis goes in braces, a bare number means something else.
    return xt::variance(x, {1});
}
// #endregion

// #region exercise X.5 add_row (easy, 5 minutes)
void add_row(Tensor<2>& x, const Tensor<1>& row) {
    // 1. Does row fit? += would not ask: it repeats whatever has size 1, on either side.
    Axes("add_row").check("x", "MN", x).check("row", "N", row);
    // 2. Added to every row of x.
    x += row;
}
// #endregion

}  // namespace vit
