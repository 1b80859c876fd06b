// How wrong a difference is, for several h, in float and in double.
#pragma once

#include <vector>

namespace vit {

/// For one h, the largest relative error of the slope of w^3, which is 3 w^2, over w = 1.01, 1.02, ..., 2. (At a single
/// w the rounding may happen to cancel.) NaN where w + h is rounded to w.
struct DifferenceError {
    double h = 0;
    double one_sided_double = 0, central_double = 0, central_float = 0;
};

/// The errors for h = 1e-1, 1e-2, ..., 1e-12.
std::vector<DifferenceError> difference_errors();

}  // namespace vit
