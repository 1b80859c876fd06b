// A tensor that is right at its first place along an axis and wrong behind it, or right at the last one only.
#pragma once

#include <optional>

#include "tests/exercises/form.h"

namespace vit {

std::optional<Form> right_in_part(const Output& got, const Output& wanted);

}  // namespace vit
