#include "common/tensor/shape.h"

#include <fmt/ranges.h>

namespace vit {

std::size_t element_count(const Shape& shape) {
    std::size_t count = 1;
    for (std::size_t size : shape) count *= size;
    return count;
}

Shape index_of(std::size_t number, const Shape& shape) {
    Shape index(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0; number /= shape[axis]) index[axis] = number % shape[axis];
    return index;
}

std::string to_string(const Shape& shape) {
    return fmt::format("({})", fmt::join(shape, ", "));
}

}  // namespace vit
