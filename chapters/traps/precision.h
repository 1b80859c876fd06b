// A trap of precision: float has 24 binary digits, so 16,777,216 + 1 is 16,777,216.
//
//     float sum = 0;
//     for (float number : x) sum += number;        2e7 ones: 16,777,216
//
// In a long sum each number is small beside what was added up so far, and what does not fit into 24 digits is cut off.
// Losses and metrics are such sums. docs/xtensor.md tells more.
#pragma once

#include <span>

namespace vit {

/// The sum of many floats, as precise as a double can hold it. No numbers: 0.
double sum_of_floats(std::span<const float> x);

}  // namespace vit
