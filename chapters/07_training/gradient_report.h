// The gradients of a whole small model against central differences.
#pragma once

#include "00_gradient/verdict.h"
#include "06_vit_head/vit.h"

namespace vit {

struct ModelGradients {
    GradientReport report;         // for each parameter tensor, and for the images
    std::string second_run_error;  // empty, or which gradient a second backward pass did not add to
};

/// The gradient of the mean cross-entropy with respect to every parameter tensor and to the images, for a small model
/// of random, non-zero parameters, with dropout on. Of each tensor at most 200 elements are checked, a random choice.
/// Meaningful digits need Scalar = double.
ModelGradients check_model_gradients(std::size_t seed);

}  // namespace vit
