// What a gradient check has to say, in words.
#pragma once

#include "00_gradient/gradient_check.h"

namespace vit {

/// The report as a table, one line for each tensor with its worst element.
std::string to_string(const GradientReport& report);

/// A line for each tensor whose error is above `tolerance`, the worst first:
///
///     qkv.weight(3, 1): analytic -0.288557, numeric -0.577113, error 5.0e-01; everywhere analytic = 0.5 x numeric
std::vector<std::string> wrong_gradients(const GradientReport& report, double tolerance);

/// A backward pass adds to grad, because others add to it too. `once` is grad after one backward pass from zero,
/// `twice` after a second one like it; lists of the same tensors in the same order. Empty if all is well, or a sentence
/// that names the first tensor to which the second pass did not add.
std::string second_run_error(const Parameters& once, const Parameters& twice);

}  // namespace vit
