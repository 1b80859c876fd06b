#include "common/tensor/comparison.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vit {
namespace {

std::string shape_difference(const Shape& got, const Shape& wanted, std::string_view axes) {
    std::string text = fmt::format("shape {}, wanted {}", to_string(got), to_string(wanted));
    if (got.size() != wanted.size() || axes.empty()) return text;
    std::vector<std::string> words;
    for (std::size_t axis = 0; axis < got.size(); ++axis) {
        if (got[axis] != wanted[axis])
            words.push_back(fmt::format("{} is {}, wanted {}", axes[axis], got[axis], wanted[axis]));
    }
    return fmt::format("{}: {}", text, fmt::join(words, "; "));
}

/// |got - wanted|; infinite if either is not a number.
double distance(double got, double wanted) {
    if (got == wanted) return 0;  // also where both are infinite
    const double difference = std::abs(got - wanted);
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

}  // namespace

std::string place_of(std::size_t number, const Shape& shape, std::string_view axes) {
    const Shape index = index_of(number, shape);
    if (axes.empty()) return to_string(index);
    const bool all_of_one_place = axes.find_first_not_of('1') == std::string_view::npos;
    std::vector<std::string> words;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
        if (axes[axis] != '1' || all_of_one_place) words.push_back(fmt::format("{}={}", axes[axis], index[axis]));
    return fmt::format("{}", fmt::join(words, " "));
}

Comparison compare(const Numbers& got, const Numbers& wanted, std::string_view axes, double tolerance) {
    if (got.shape != wanted.shape) return {shape_difference(got.shape, wanted.shape, axes)};
    std::size_t first = 0, worst = 0, count = 0;
    double largest = 0;
    for (std::size_t i = 0; i < got.values.size(); ++i) {
        const double difference = distance(got.values[i], wanted.values[i]);
        const double allowed = tolerance * std::max(1.0, std::abs(wanted.values[i]));
        if (difference == 0 || (std::isfinite(difference) && difference <= allowed)) continue;
        if (count++ == 0) first = i;
        if (difference > largest) worst = i, largest = difference;
    }
    if (count == 0) return {};
    const auto values = [&](std::size_t i) {
        return fmt::format("{}: got {:.10g}, wanted {:.10g}", place_of(i, got.shape, axes), got.values[i],
                           wanted.values[i]);
    };
    return {fmt::format("first at {}; largest difference {:.3g} at {}; {} of {} numbers differ{}", values(first),
                        largest, place_of(worst, got.shape, axes), count, got.values.size(),
                        tolerance == 0 ? "" : fmt::format(" by more than {}", tolerance))};
}

}  // namespace vit
