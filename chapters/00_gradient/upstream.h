// Why a gradient check needs a loss that weighs every output differently, shown on a softmax of three numbers:
//
//     y_i = e^x_i / (e^x_1 + e^x_2 + e^x_3)            dx_i = y_i (dy_i - (y_1 dy_1 + y_2 dy_2 + y_3 dy_3))
//
// Chapter 3 tells what it is for. Here it matters that y_1 + y_2 + y_3 = 1 for every x.
#pragma once

#include <array>

namespace vit {

using Row = std::array<double, 3>;

/// x -> y
Row softmax_of_three(const Row& x);

/// From dy and the output y of the forward pass returns dx.
Row softmax_of_three_backward(const Row& y, const Row& dy);

/// The same with a mistake: the factor y_i is forgotten.
Row softmax_of_three_backward_without_its_factor(const Row& y, const Row& dy);

/// dx by differences of the loss dy_1 y_1 + dy_2 y_2 + dy_3 y_3.
Row softmax_of_three_by_differences(Row x, const Row& dy);

}  // namespace vit
