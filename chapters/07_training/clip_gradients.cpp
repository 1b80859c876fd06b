#include "07_training/clip_gradients.h"

#include <cmath>
#include <numeric>

#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// A sum of many numbers: in double.
double sum_of_squares(std::span<const Scalar> values) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t i = 0; i < values.size(); ++i)
        sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return sum;
}

double norm_of(const Parameters& gradients) {
    std::vector<double> squares(gradients.size());
    const double mean_size = static_cast<double>(parameter_count(gradients)) / static_cast<double>(gradients.size());
    in_slices(gradients.size(), 0.5 * mean_size, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) squares[i] = sum_of_squares(gradients[i].values);
    });
    return std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
}

void multiply(const Parameters& gradients, Scalar scale) {
    for (const Parameter& gradient : gradients) {
        in_slices(gradient.values.size(), 0.5, [&](std::size_t begin, std::size_t end) {
            for (Scalar& g : gradient.values.subspan(begin, end - begin)) g *= scale;
        });
    }
}

}  // namespace

// #region exercise 7.5 clip_gradients (easy, 10 minutes)
double clip_gradients(const Parameters& gradients, double largest_norm) {
    // 1. The length of all gradients together, as one vector.
    const double norm = norm_of(gradients);
    // 2. If it is too long, all of them times the same factor.
    if (largest_norm > 0 && norm > largest_norm && std::isfinite(norm))
        multiply(gradients, static_cast<Scalar>(largest_norm / norm));
    return norm;
}
// #endregion

}  // namespace vit
