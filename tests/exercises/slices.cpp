#include "tests/exercises/slices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/tensor/shape.h"

namespace vit {

constexpr double tolerance = 1e-8;

bool alike(double a, double b, double scale) {
    return a == b || (std::isfinite(scale) && std::abs(a - b) <= tolerance * std::max(std::abs(scale), 1e-300));
}

double size_of(const std::vector<double>& values) {
    double largest = 0;
    for (double value : values) largest = std::max(largest, std::abs(value));
    return largest;
}

bool alike(const std::vector<double>& a, const std::vector<double>& b) {
    const double scale = size_of(b);
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [scale](double x, double y) { return alike(x, y, scale); });
}

std::vector<std::vector<double>> slices(const Numbers& x, std::size_t axis) {
    std::vector<std::vector<double>> all(x.shape[axis]);
    for (std::size_t number = 0; number < x.values.size(); ++number)
        all[index_of(number, x.shape)[axis]].push_back(x.values[number]);
    return all;
}

std::string letter(const Output& output, std::size_t axis) {
    return axis < output.axes.size() ? std::string(1, output.axes[axis]) : fmt::format("number {}", axis);
}

}  // namespace vit
