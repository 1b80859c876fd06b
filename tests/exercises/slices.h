// What the forms of mistakes are told by: numbers that are alike, and a tensor's places along an axis.
#pragma once

#include <string>
#include <vector>

#include "tests/exercises/output.h"

namespace vit {

/// The same up to rounding, measured against `scale`.
bool alike(double a, double b, double scale);

/// The same up to rounding, measured against the largest number.
bool alike(const std::vector<double>& a, const std::vector<double>& b);

/// The largest absolute number: what differences are measured against.
double size_of(const std::vector<double>& values);

/// The numbers of each place along an axis, side by side.
std::vector<std::vector<double>> slices(const Numbers& x, std::size_t axis);

/// An axis' name.
std::string letter(const Output& output, std::size_t axis);

}  // namespace vit
