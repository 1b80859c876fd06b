#include "00_gradient/mistakes.h"

namespace vit {

Inputs small_linear_backward_that_overwrites(const SmallLinear& p, const Inputs& x, double dy, SmallLinear& grad) {
    grad.w1 = dy * x.x1;
    grad.w2 = dy * x.x2;
    grad.b = dy;
    return {dy * p.w1, dy * p.w2};
}

Inputs small_linear_backward_with_a_wrong_sign(const SmallLinear& p, const Inputs& x, double dy, SmallLinear& grad) {
    return small_linear_backward(p, x, -dy, grad);
}

}  // namespace vit
