#include "00_gradient/small_linear.h"

namespace vit {

double small_linear_forward(const SmallLinear& p, const Inputs& x) {
    return p.w1 * x.x1 + p.w2 * x.x2 + p.b;
}

Inputs small_linear_backward(const SmallLinear& p, const Inputs& x, double dy, SmallLinear& grad) {
    grad.w1 += dy * x.x1;
    grad.w2 += dy * x.x2;
    grad.b += dy;
    return {dy * p.w1, dy * p.w2};
}

double squared_error(double y, double target) {
    return (y - target) * (y - target) / 2;
}

double squared_error_backward(double y, double target) {
    return y - target;
}

}  // namespace vit
