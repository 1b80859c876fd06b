#include "bugs/softmax.h"

#include <cmath>

#include "common/tensor/comparison.h"

namespace vit {

// #region exercise B.1 softmax_is_right (easy, 10 minutes)
bool softmax_is_right(const Softmax& softmax) {
    // 1. More keys than queries, rows that are unlike each other, and one whose exponentials overflow.
    const Tensor<2> x{{0, std::log(Scalar(2)), std::log(Scalar(5))}, {1000, 1000, -1000}};  // (M, N)
    // 2. What must come out, by hand: 1, 2 and 5 of 8; two halves.
    const Tensor<2> wanted{{0.125, 0.25, 0.625}, {0.5, 0.5, 0}};  // (M, N)
    // 3. Every number, to nine digits.
    return bool(same(softmax(x), wanted, "MN", 1e-9));
}
// #endregion

}  // namespace vit
