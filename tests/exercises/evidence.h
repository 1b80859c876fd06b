// Do wrong numbers tell which mistake was made?
#pragma once

#include "tests/exercises/output.h"

namespace vit {

/// Collects wrong numbers. They tell something if one of them is a number like no other mistake's: finite, not 0, and
/// not the same at all places. Infinity and NaN tell something only by their places: if others of the tensor are right.
class Evidence {
public:
    void add(const Output& got, const Output& wanted, double tolerance);
    bool tells() const;

private:
    std::size_t finite_ = 0;  // wrong numbers that are finite
    double first_ = 0;        // the first of them
    bool differ_ = false;     // is another one different?
    bool places_ = false;     // are some infinite, and others beside them right?
};

}  // namespace vit
