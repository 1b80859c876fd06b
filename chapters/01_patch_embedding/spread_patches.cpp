#include "01_patch_embedding/spread_patches.h"

#include <fmt/core.h>

#include <stdexcept>

namespace vit {

Tensor<3> spread_patches(const Tensor<3>& image, std::size_t patch_size, std::size_t gap) {
    const auto [C, H, W] = image.shape();
    const std::size_t P = patch_size;
    if (P == 0 || H == 0 || W == 0 || H % P != 0 || W % P != 0) {
        throw std::invalid_argument(
            fmt::format("spread_patches: an image of {} x {} is not made of patches of {} x {}", H, W, P, P));
    }
    Tensor<3> spread = uninitialised<3>({C, H + gap * (H / P - 1), W + gap * (W / P - 1)});
    spread.fill(1);
    for (std::size_t c = 0; c < C; ++c)
        for (std::size_t h = 0; h < H; ++h)
            for (std::size_t w = 0; w < W; ++w) spread(c, h + gap * (h / P), w + gap * (w / P)) = image(c, h, w);
    return spread;
}

}  // namespace vit
