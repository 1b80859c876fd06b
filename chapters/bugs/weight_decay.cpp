#include "bugs/weight_decay.h"

namespace vit {

// #region exercise B.7 adamw_steps_are_right (hard, 20 minutes)
bool adamw_steps_are_right(const AdamWSteps& steps) {
    const auto close = [](double got, double wanted) { return std::abs(got - wanted) < 1e-9; };
    // 1. Does the decay what it must?
    const bool decays = close(steps({.rate = 0.1, .decay = 0.5}, 2, {0, 0}), 1.805);  // 2, 1.9, 1.805: a twentieth each
    // 2. Is a step as long as it must be?
    const bool moves = close(steps({.rate = 0.1, .decay = 0}, 0, {1e-6}), -0.1 / 1.01);  // eps is a hundredth of 1e-6
    // 3. Does a step remember the ones before?
    const double m_hat = (0.09 - 0.3) / 0.19, v_hat = (0.000999 + 0.009) / 0.001999;  // after the gradients 1 and -3
    const double wanted = -0.1 - 0.1 * m_hat / std::sqrt(v_hat);
    return decays && moves && close(steps({.rate = 0.1, .eps = 0, .decay = 0}, 0, {1, -3}), wanted);
}
// #endregion

}  // namespace vit
