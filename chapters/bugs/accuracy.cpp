#include "bugs/accuracy.h"

#include <cmath>

namespace vit {

// #region exercise B.6 accuracy_is_right (easy, 10 minutes)
bool accuracy_is_right(const Accuracy& accuracy) {
    // 1. Batches that tell right code from wrong.
    const std::vector<Classes> labels{{0, 1, 2, 1}, {2, 2, 0, 1}, {1}};     // the last batch is shorter
    const std::vector<Classes> predicted{{0, 2, 1, 0}, {2, 2, 0, 1}, {2}};  // right: 1 of 4, 4 of 4, 0 of 1
    // 2. Is it the fraction that you count, but for rounding?
    return std::abs(accuracy(predicted, labels) - 5.0 / 9) < 1e-9;
}
// #endregion

}  // namespace vit
