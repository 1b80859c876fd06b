#include "traps/precision.h"

namespace vit {

// #region exercise X.6 sum_of_floats (easy, 5 minutes)
double sum_of_floats(std::span<const float> x) {
    // 1. What collects is wider than what is collected.
    double sum = 0;
    // 2. Every number becomes a double before it is added.
    for (float number : x) sum += static_cast<double>(number);
    return sum;
}
// #endregion

}  // namespace vit
