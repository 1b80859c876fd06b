#include "07_training/schedule.h"

#include <cmath>
#include <numbers>

namespace vit {

double learning_rate_at(const Schedule& s, std::size_t step) {
    if (step < s.warmup_steps) return s.peak * static_cast<double>(step + 1) / static_cast<double>(s.warmup_steps);
    if (s.after_warmup == AfterWarmup::constant) return s.peak;
    if (step >= s.total_steps) return 0;
    const auto done = static_cast<double>(step - s.warmup_steps);
    const auto length = static_cast<double>(s.total_steps - s.warmup_steps);
    return s.peak * (1 + std::cos(std::numbers::pi * done / length)) / 2;
}

}  // namespace vit
