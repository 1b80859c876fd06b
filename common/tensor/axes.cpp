#include "common/tensor/axes.h"

#include <fmt/ranges.h>

#include <stdexcept>

namespace vit {

Axes& Axes::set(char letter, std::size_t size, std::string_view source) {
    known_.push_back({letter, size, source});
    return *this;
}

std::size_t Axes::operator[](char letter) const {
    if (const Axis* axis = find(letter)) return axis->size;
    throw std::logic_error(
        fmt::format("{}: the size of axis {} was asked for before a tensor set it", function_, letter));
}

const Axes::Axis* Axes::find(char letter) const {
    for (const Axis& axis : known_) {
        if (axis.letter == letter) return &axis;
    }
    return nullptr;
}

Axes& Axes::check_sizes(std::string_view name, std::string_view letters, const std::size_t* sizes, std::size_t rank) {
    const auto found = [&] {
        return fmt::format("{}: {} ({}) has shape ({})", function_, name, fmt::join(letters, " "),
                           fmt::join(sizes, sizes + rank, ", "));
    };
    if (letters.size() != rank) {
        throw std::invalid_argument(fmt::format("{}; it must have {} axes", found(), letters.size()));
    }
    for (std::size_t i = 0; i < rank; ++i) {
        if (letters[i] == '*') continue;
        if (letters[i] == '1') {
            if (sizes[i] != 1)
                throw std::invalid_argument(fmt::format("{}; axis {} must be 1, but it is {}", found(), i, sizes[i]));
            continue;
        }
        const Axis* axis = find(letters[i]);
        if (!axis) {
            set(letters[i], sizes[i], name);
        } else if (axis->size != sizes[i]) {
            throw std::invalid_argument(fmt::format("{}; axis {} must be {} = {} (from {}), but it is {}", found(), i,
                                                    letters[i], axis->size, axis->source, sizes[i]));
        }
    }
    return *this;
}

}  // namespace vit
