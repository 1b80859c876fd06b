#include "07_training/finite.h"

#include <cmath>

namespace vit {

bool all_finite(std::span<const Scalar> values) {
    int not_finite = 0;  // an int, not a bool: as wide as a number, so that vector instructions look at many at once
    for (Scalar value : values) not_finite |= !std::isfinite(value);
    return not_finite == 0;
}

std::string first_not_finite(const Parameters& tensors) {
    for (const Parameter& tensor : tensors) {
        if (!all_finite(tensor.values)) return tensor.name;
    }
    return "";
}

}  // namespace vit
