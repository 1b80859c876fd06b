// Two backward passes that are wrong on purpose. Both compile, and both look right at a glance.
#pragma once

#include "00_gradient/small_linear.h"

namespace vit {

/// `=` where `+=` is meant: right for one example, and the last example's share for several.
Inputs small_linear_backward_that_overwrites(const SmallLinear& p, const Inputs& x, double dy, SmallLinear& grad);

/// A wrong sign: steps against this gradient go uphill.
Inputs small_linear_backward_with_a_wrong_sign(const SmallLinear& p, const Inputs& x, double dy, SmallLinear& grad);

}  // namespace vit
