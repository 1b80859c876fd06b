#include "07_training/run/finite.h"

namespace vit {

bool all_finite(std::span<const Scalar> values) {
    Scalar sum = 0;  // 0 times a number is 0; times an infinity or a NaN it is NaN, and so is the sum from there on
#pragma omp simd reduction(+ : sum)
    for (std::size_t i = 0; i < values.size(); ++i) sum += 0 * values[i];
    return sum == 0;
}

std::string first_not_finite(const Parameters& tensors) {
    for (const Parameter& tensor : tensors) {
        if (!all_finite(tensor.values)) return tensor.name;
    }
    return "";
}

}  // namespace vit
