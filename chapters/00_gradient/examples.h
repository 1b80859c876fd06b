// The loss over several examples, its gradient in two ways, and one step downhill.
#pragma once

#include <functional>
#include <vector>

#include "00_gradient/small_linear.h"

namespace vit {

struct Example {
    Inputs x;
    double target = 0;
};

/// The sum of the examples' losses.
double loss_of(const SmallLinear& p, const std::vector<Example>& examples);

/// A function with the arguments of small_linear_backward.
using SmallLinearBackward = std::function<Inputs(const SmallLinear&, const Inputs&, double, SmallLinear&)>;

/// The gradient of that sum by the chain rule: every example goes forward and back, and adds its share.
SmallLinear gradient_of(const SmallLinear& p, const std::vector<Example>& examples,
                        const SmallLinearBackward& backward = small_linear_backward);

/// The same gradient without any rule: each parameter is moved a little, and the loss is looked at.
SmallLinear gradient_by_differences(SmallLinear p, const std::vector<Example>& examples);

/// The parameters after a step against the gradient, w - learning_rate dw.
SmallLinear step_downhill(const SmallLinear& p, const SmallLinear& grad, double learning_rate);

}  // namespace vit
