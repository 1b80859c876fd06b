#include "00_gradient/examples.h"

#include "00_gradient/difference.h"

namespace vit {

double loss_of(const SmallLinear& p, const std::vector<Example>& examples) {
    double loss = 0;
    for (const Example& example : examples) loss += squared_error(small_linear_forward(p, example.x), example.target);
    return loss;
}

SmallLinear gradient_of(const SmallLinear& p, const std::vector<Example>& examples,
                        const SmallLinearBackward& backward) {
    SmallLinear grad;
    for (const Example& example : examples) {
        const double y = small_linear_forward(p, example.x);
        const double dy = squared_error_backward(y, example.target);
        backward(p, example.x, dy, grad);
    }
    return grad;
}

SmallLinear gradient_by_differences(SmallLinear p, const std::vector<Example>& examples) {
    const auto loss = [&] { return loss_of(p, examples); };
    SmallLinear grad;
    grad.w1 = central_difference(loss, p.w1);
    grad.w2 = central_difference(loss, p.w2);
    grad.b = central_difference(loss, p.b);
    return grad;
}

SmallLinear step_downhill(const SmallLinear& p, const SmallLinear& grad, double learning_rate) {
    return {p.w1 - learning_rate * grad.w1, p.w2 - learning_rate * grad.w2, p.b - learning_rate * grad.b};
}

}  // namespace vit
