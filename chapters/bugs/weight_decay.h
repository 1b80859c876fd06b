// Find the bug: AdamW, for one weight. Code with this mistake trains; it stands in one of the most-read tutorials on
// Vision Transformers, and it stood in a library. (nntrainer/nntrainer#3565)
#pragma once

#include <cmath>
#include <functional>
#include <vector>

namespace vit {

struct AdamWOptions {
    double rate = 0.1;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double eps = 1e-8;
    double decay = 0.5;
};

/// From a weight w and the gradients of t = 1, 2, ... steps, the weight after these steps. Each step is
///     m <- beta1 m + (1 - beta1) g         m_hat = m / (1 - beta1^t)
///     v <- beta2 v + (1 - beta2) g²        v_hat = v / (1 - beta2^t)
///     w <- (1 - rate decay) w - rate m_hat / (√v_hat + eps)
using AdamWSteps = std::function<double(const AdamWOptions& p, double w, const std::vector<double>& gradients)>;

namespace suspect {

inline double adamw_steps(const AdamWOptions& p, double w, const std::vector<double>& gradients) {
    double m = 0, v = 0, beta1_to_t = 1, beta2_to_t = 1;
    for (double gradient : gradients) {
        const double g = gradient + p.decay * w;
        m = p.beta1 * m + (1 - p.beta1) * g;
        v = p.beta2 * v + (1 - p.beta2) * g * g;
        beta1_to_t *= p.beta1;
        beta2_to_t *= p.beta2;
        const double m_hat = m / (1 - beta1_to_t), v_hat = v / (1 - beta2_to_t);
        w -= p.rate * m_hat / (std::sqrt(v_hat) + p.eps);
    }
    return w;
}

}  // namespace suspect

/// Tries such steps: true if they are right (rounding is no mistake), false if they have a bug: this one, or another.
bool adamw_steps_are_right(const AdamWSteps& steps);

}  // namespace vit
