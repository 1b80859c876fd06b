// Gradients checked against central differences, (L(w + h) - L(w - h)) / 2h, one number at a time.
//
// The loss that is differentiated must depend on every output with a different weight: use sum(dy * y) with a random
// dy. A plain sum(y) is blind to LayerNorm and to softmax, whose outputs have a constant sum.
#pragma once

#include <functional>
#include <string>

#include "common/tensor/parameters.h"

namespace vit {

/// The worst element of one parameter tensor.
struct GradientError {
    std::string name;
    Shape shape;
    std::size_t checked = 0;  // how many elements were checked
    std::size_t index = 0;    // of the worst element, counted through the whole tensor
    double analytic = 0;
    double numeric = 0;
    double relative = 0;  // |analytic - numeric| / max(|analytic|, |numeric|, 1 % of the tensor's largest gradient)
};

/// One line for each parameter tensor.
using GradientReport = std::vector<GradientError>;

/// Compares `gradients` with central differences of `loss`. `parameters` and `gradients` are lists of the same tensors
/// in the same order (std::invalid_argument if not). At most `most` elements of each tensor are checked, evenly spread
/// over it. The parameters are as before afterwards. Elements whose gradient is below 1 % of the tensor's largest are
/// measured against that 1 %: a difference of two losses has no digits left for them.
GradientReport check_gradients(const std::function<double()>& loss, const Parameters& parameters,
                               const Parameters& gradients, std::size_t most = 200);

/// The worst relative error of the whole report.
double worst(const GradientReport& report);

/// The report as a table, one line for each tensor.
std::string to_string(const GradientReport& report);

}  // namespace vit
