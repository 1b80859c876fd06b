#include "00_gradient/step_sizes.h"

#include <algorithm>
#include <cmath>

#include "00_gradient/difference.h"

namespace vit {
namespace {

template <class Number>
using Difference = double (*)(const std::function<double()>&, Number&, Number);

template <class Number>
double largest_error(Difference<Number> difference, double h) {
    double largest = 0;
    for (int hundredths = 101; hundredths <= 200; ++hundredths) {
        Number w = static_cast<Number>(hundredths) / 100;
        const auto cube = [&] { return static_cast<double>(w * w * w); };
        const double right = 3 * static_cast<double>(w) * static_cast<double>(w);
        const double found = difference(cube, w, static_cast<Number>(h));
        if (std::isnan(found)) return found;
        largest = std::max(largest, std::abs(found - right) / right);
    }
    return largest;
}

}  // namespace

std::vector<DifferenceError> difference_errors() {
    std::vector<DifferenceError> errors;
    for (double h : {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12}) {
        errors.push_back({h, largest_error<double>(one_sided_difference, h),
                          largest_error<double>(central_difference, h), largest_error<float>(central_difference, h)});
    }
    return errors;
}

}  // namespace vit
