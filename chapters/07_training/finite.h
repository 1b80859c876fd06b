// Is every number still one? A training whose rate is too high ends in infinities and NaN, and would go on with them.
#pragma once

#include <string>

#include "common/tensor/parameters.h"

namespace vit {

/// Has every number of these a size?
bool all_finite(std::span<const Scalar> values);

/// The name of the first tensor that has an infinity or a NaN; empty if none has.
std::string first_not_finite(const Parameters& tensors);

}  // namespace vit
