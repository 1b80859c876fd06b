#include "common/tensor/shape.h"

#include <fmt/ranges.h>

namespace vit {

std::size_t element_count(const Shape& shape) {
    std::size_t count = 1;
    for (std::size_t size : shape) count *= size;
    return count;
}

std::string to_string(const Shape& shape) {
    return fmt::format("({})", fmt::join(shape, ", "));
}

}  // namespace vit
