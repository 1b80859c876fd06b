#include "traps/recipes.h"

namespace vit {

// #region exercise X.1 row_shares (easy, 5 minutes)
Tensor<2> row_shares(const Tensor<2>& x) {
    // 1. The sum of each row, worked out into a tensor that keeps the axis: (M, 1).
    const Tensor<2> sum = xt::sum(x, {1}, xt::keep_dims);
    // 2. Each row divided by its sum: (M, N).
    return x / sum;
}
// #endregion

// #region exercise X.2 subtract_largest (easy, 5 minutes)
Tensor<1> subtract_largest(Tensor<2>& x) {
    // 1. The largest number of each row as numbers, (M), before x changes.
    const Tensor<1> largest = xt::amax(x, {1});
    // 2. Taken from every number of its row. x is (M, N): the column has to be seen as (M, 1).
    x -= xt::view(largest, xt::all(), xt::newaxis());
    // 3. What was taken.
    return largest;
}
// #endregion

}  // namespace vit
