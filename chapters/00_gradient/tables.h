// How chapter 0 prints its numbers: a name, then columns of four decimals.
#pragma once

#include <string>
#include <vector>

#include "00_gradient/examples.h"
#include "00_gradient/upstream.h"

namespace vit {

void print_heading(const std::string& title, const std::vector<std::string>& columns);
void print_row(const std::string& name, const std::vector<double>& numbers);
void print_gradient(const std::string& name, const SmallLinear& grad);

/// The parameters, y and the loss after 0, 1, ..., `steps` steps downhill.
void print_downhill(SmallLinear p, const Example& example, double learning_rate, std::size_t steps);

/// How wrong a difference is, for each h.
void print_difference_errors();

/// dx of a softmax: right, wrong, and by differences.
void print_softmax_gradients(const Row& x, const Row& dy);

}  // namespace vit
