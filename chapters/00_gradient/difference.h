// The slope of a loss along one number, found by moving the number and looking at the loss:
//
//     central_difference   (L(w + h) - L(w - h)) / 2h      wrong by a multiple of h^2
//     one_sided_difference (L(w + h) - L(w)) / h           wrong by a multiple of h
//
// A smaller h has less of that error and more of another: the two losses become alike, and the subtraction leaves
// fewer of their digits. With losses rounded to epsilon, h^2 and epsilon / h are equal at h = cbrt(epsilon).
#pragma once

#include <functional>

namespace vit {

/// The h for a number of this size: cbrt(epsilon) max(1, |value|).
template <class Number>
Number difference_step(Number value);

/// `value` is a number that `loss` reads. It is exactly as before afterwards. Number is float or double: a template, so
/// that the two can be compared.
template <class Number>
double central_difference(const std::function<double()>& loss, Number& value, Number h);
template <class Number>
double one_sided_difference(const std::function<double()>& loss, Number& value, Number h);

/// With h = difference_step(value).
template <class Number>
double central_difference(const std::function<double()>& loss, Number& value) {
    return central_difference(loss, value, difference_step(value));
}

}  // namespace vit
