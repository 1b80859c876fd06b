// The learning rate of each step: up along a line, then down along half a cosine.
//
//     warm-up    rate = peak (step + 1) / warm-up steps
//     cosine     rate = peak (1 + cos(π progress)) / 2        progress from 0 to 1 over the remaining steps
//
// Small first steps, because Adam's mean square knows nothing yet; small last ones, to settle. Loshchilov and Hutter
// 2017, equation 5, without restarts; the paper's appendix B.1 trains with warm-up and cosine or linear decay.
#pragma once

#include <cstddef>

namespace vit {

struct Schedule {
    double peak = 1e-3;
    std::size_t warmup_steps = 0;
    std::size_t total_steps = 1;
};

/// The rate of step number `step`, counted from 0. From total_steps on it is 0.
double learning_rate_at(const Schedule& schedule, std::size_t step);

}  // namespace vit
