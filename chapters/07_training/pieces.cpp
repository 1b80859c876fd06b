#include "07_training/pieces.h"

#include <algorithm>

#include "common/tensor/parallel.h"

namespace vit {

std::vector<std::pair<std::size_t, std::size_t>> pieces_of(const VitConfig& config, std::size_t begin,
                                                           std::size_t end) {
    constexpr std::size_t tokens_at_a_time = 600;
    const std::size_t images_at_a_time = std::max<std::size_t>(1, tokens_at_a_time / config.tokens());
    const std::size_t count = (end - begin + images_at_a_time - 1) / images_at_a_time;
    std::vector<std::pair<std::size_t, std::size_t>> pieces;
    for (std::size_t i = 0; i < count; ++i) {
        const auto [first, last] = slice(end - begin, count, i);
        pieces.emplace_back(begin + first, begin + last);
    }
    return pieces;
}

}  // namespace vit
