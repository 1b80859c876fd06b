#include "07_training/schedule.h"

#include <cmath>
#include <numbers>

namespace vit {

// #region exercise 7.4 learning_rate_at (easy, 10 minutes)
double learning_rate_at(const Schedule& s, std::size_t step) {
    // 1. Up along a line: the last step of the warm-up has the whole peak.
    if (step < s.warmup_steps) return s.peak * static_cast<double>(step + 1) / static_cast<double>(s.warmup_steps);
    // 2. On at the peak, if it is to be constant; nothing after the end.
    if (s.after_warmup == AfterWarmup::constant) return s.peak;
    if (step >= s.total_steps) return 0;
    // 3. Down along half a cosine, over the steps that are left after the warm-up.
    const auto done = static_cast<double>(step - s.warmup_steps);
    const auto length = static_cast<double>(s.total_steps - s.warmup_steps);
    return s.peak * (1 + std::cos(std::numbers::pi * done / length)) / 2;
}
// #endregion

}  // namespace vit
