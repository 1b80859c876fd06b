#include "common/tensor/shape.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

namespace vit {

std::size_t element_count(const Shape& shape) {
    constexpr std::size_t most = PTRDIFF_MAX / sizeof(double);
    if (std::find(shape.begin(), shape.end(), std::size_t(0)) != shape.end()) return 0;
    std::size_t count = 1;
    for (std::size_t size : shape) {
        if (size > most / count)
            throw std::length_error(fmt::format("a tensor of shape {} does not fit into any memory", to_string(shape)));
        count *= size;
    }
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
