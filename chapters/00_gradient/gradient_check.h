// The gradients of any layer or model, held against central differences of its loss, one number at a time.
//
// The loss must depend on every output with a different weight: use sum(dy * y) with a random dy. A plain sum(y) is
// blind to LayerNorm and to softmax, whose outputs have a constant sum.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "common/tensor/parameters.h"

namespace vit {

/// What was found in one parameter tensor. "Analytic" is the gradient that backward gave, "numeric" the difference.
struct GradientError {
    std::string name;
    Shape shape;
    std::size_t checked = 0;                                   // how many elements were checked
    double largest = 0;                                        // the largest |gradient| of the whole tensor
    double factor = std::numeric_limits<double>::quiet_NaN();  // analytic / numeric, where all of them have the same

    // The worst of them:
    std::size_t index = 0;  // counted through the whole tensor
    double analytic = 0;
    double numeric = 0;
    double relative = 0;  // |analytic - numeric| / max(|analytic|, |numeric|, 1 % of the largest)
};

/// One entry for each parameter tensor.
using GradientReport = std::vector<GradientError>;

/// Compares `gradients` with central differences of `loss`. `parameters` and `gradients` are lists of the same tensors
/// in the same order. Of each tensor `most` elements are checked, a random choice named by `seed`, or all if it has no
/// more. The parameters are as before afterwards. Elements whose gradient is below 1 % of the tensor's largest are
/// measured against that 1 %: a difference of two losses has no digits left for them.
/// Throws std::invalid_argument if the lists do not belong together or `most` is 0.
GradientReport check_gradients(const std::function<double()>& loss, const Parameters& parameters,
                               const Parameters& gradients, std::size_t most = 200, std::uint64_t seed = 1);

/// The worst relative error of the whole report.
double worst(const GradientReport& report);

}  // namespace vit
