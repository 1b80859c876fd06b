// Shapes: the sizes of a tensor's axes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vit {

/// The sizes of a tensor's axes, first axis first.
using Shape = std::vector<std::size_t>;

/// The number of elements of a tensor of this shape.
std::size_t element_count(const Shape& shape);

/// Where element number `number` of a tensor of this shape stands: its index along each axis.
Shape index_of(std::size_t number, const Shape& shape);

/// "(2, 3, 5)"
std::string to_string(const Shape& shape);

}  // namespace vit
