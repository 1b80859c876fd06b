#include "00_gradient/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vit {

template <class Number>
Number difference_step(Number value) {
    return std::cbrt(std::numeric_limits<Number>::epsilon()) * std::max(Number(1), std::abs(value));
}

// Both divide by how far the number really moved: w + h is rounded, and the h that arrives is not quite the h that was
// meant.

// #region exercise 0.1 central_difference (easy, 10 minutes)
template <class Number>
double central_difference(const std::function<double()>& loss, Number& value, Number h) {
    // 1. The loss at value + h, and at value - h. `loss` reads `value`: set it before each call.
    const Number before = value;
    value = before + h;
    const double above_at = value, above = loss();
    value = before - h;
    const double below_at = value, below = loss();
    // 2. `value` exactly as it was. The slope is the difference of the losses, divided by the distance of the two
    //    places: that is 2 h but for rounding, so take it from the places themselves.
    value = before;
    return (above - below) / (above_at - below_at);
}
// #endregion

template <class Number>
double one_sided_difference(const std::function<double()>& loss, Number& value, Number h) {
    const Number before = value;
    const double here_at = value, here = loss();
    value = before + h;
    const double above_at = value, above = loss();
    value = before;
    return (above - here) / (above_at - here_at);
}

template float difference_step(float);
template double difference_step(double);
template double central_difference(const std::function<double()>&, float&, float);
template double central_difference(const std::function<double()>&, double&, double);
template double one_sided_difference(const std::function<double()>&, float&, float);
template double one_sided_difference(const std::function<double()>&, double&, double);

}  // namespace vit
