// The gradients of a whole small model against central differences.
#pragma once

#include "00_gradient/gradient_check.h"
#include "06_vit_head/vit.h"

namespace vit {

/// The gradient of the mean cross-entropy with respect to every parameter tensor and to the images, for a small model
/// of random, non-zero parameters, with dropout on. Meaningful digits need Scalar = double.
GradientReport report_gradients(std::size_t seed);

}  // namespace vit
