#include "bugs/softmax.h"

#include <cmath>

#include "common/tensor/comparison.h"

namespace vit {

// #region exercise B.1 softmax_is_right (easy, 10 minutes)
bool softmax_is_right(const Softmax& softmax) {
    // 1. Scores that tell right code from wrong.
    const Tensor<2> x{{0, std::log(Scalar(2)), std::log(Scalar(5))},  // exp makes 1, 2 and 5 of them
                      {1000, 1000, -1000}};                           // (M, N): more keys than queries; exp overflows
    // 2. What must come out of them, known from elsewhere.
    const Tensor<2> wanted{{0.125, 0.25, 0.625}, {0.5, 0.5, 0}};  // by hand: 1, 2 and 5 of 8; two halves
    // 3. Is it that, but for rounding?
    return bool(same(softmax(x), wanted, "MN", 1e-9));
}
// #endregion

}  // namespace vit
