// The learning rate of each step: up along a line, then down along half a cosine, or on as it is.
//
//     warm-up     rate = peak (step + 1) / warm-up steps
//     cosine      rate = peak (1 + cos(π progress)) / 2        progress from 0 to 1 over the remaining steps
//     constant    rate = peak
//
// Small first steps, because Adam's mean square knows nothing yet; small last ones, to settle. Loshchilov and Hutter
// 2017, equation 5, without restarts; the paper's appendix B.1 trains with warm-up and cosine or linear decay. A
// constant rate without warm-up is what most first examples of Adam use.
#pragma once

#include <cstddef>

namespace vit {

/// How the rate goes on after the warm-up.
enum class AfterWarmup {
    cosine,    // down to 0 at the end of the run
    constant,  // it stays at its peak
};

struct Schedule {
    double peak = 1e-3;
    std::size_t warmup_steps = 0;
    std::size_t total_steps = 1;
    AfterWarmup after_warmup = AfterWarmup::cosine;
};

/// The rate of step number `step`, counted from 0. With the cosine it is 0 from total_steps on.
double learning_rate_at(const Schedule& schedule, std::size_t step);

}  // namespace vit
