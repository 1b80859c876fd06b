// A Linear with two inputs and one output, and the loss that is taken of it: small enough to follow with a pencil.
//
//     y = w1 x1 + w2 x2 + b          loss = (y - target)^2 / 2
//
// The numbers of this chapter are double and not Scalar: they are compared with differences, and its program is built
// with float, which has too few digits for that.
#pragma once

namespace vit {

struct SmallLinear {
    double w1 = 0, w2 = 0, b = 0;  // parameters, and also their gradients
};

struct Inputs {
    double x1 = 0, x2 = 0;
};

/// x -> y
double small_linear_forward(const SmallLinear& p, const Inputs& x);

/// From dy, which is dL/dy, returns dL/dx and adds dL/dw1, dL/dw2 and dL/db to grad. `x` is the input of the forward
/// pass.
Inputs small_linear_backward(const SmallLinear& p, const Inputs& x, double dy, SmallLinear& grad);

/// How wrong y is: 0 if it is the target.
double squared_error(double y, double target);

/// The gradient of squared_error with respect to y.
double squared_error_backward(double y, double target);

}  // namespace vit
