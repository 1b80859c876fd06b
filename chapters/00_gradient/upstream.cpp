#include "00_gradient/upstream.h"

#include <cmath>

#include "00_gradient/difference.h"

namespace vit {
namespace {

double dot(const Row& a, const Row& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

}  // namespace

Row softmax_of_three(const Row& x) {
    const Row powers{std::exp(x[0]), std::exp(x[1]), std::exp(x[2])};
    const double sum = powers[0] + powers[1] + powers[2];
    return {powers[0] / sum, powers[1] / sum, powers[2] / sum};
}

Row softmax_of_three_backward(const Row& y, const Row& dy) {
    const double mean = dot(y, dy);
    return {y[0] * (dy[0] - mean), y[1] * (dy[1] - mean), y[2] * (dy[2] - mean)};
}

Row softmax_of_three_backward_without_its_factor(const Row& y, const Row& dy) {
    const double mean = dot(y, dy);
    return {dy[0] - mean, dy[1] - mean, dy[2] - mean};
}

Row softmax_of_three_by_differences(Row x, const Row& dy) {
    const auto loss = [&] { return dot(dy, softmax_of_three(x)); };
    Row dx;
    for (std::size_t i = 0; i < x.size(); ++i) dx[i] = central_difference(loss, x[i]);
    return dx;
}

}  // namespace vit
