#include "01_patch_embedding/spread_patches.h"

#include "01_patch_embedding/patches.h"

namespace vit {

Tensor<3> spread_patches(const Tensor<3>& image, std::size_t patch_size, std::size_t gap) {
    const auto [C, H, W] = image.shape();
    const std::size_t P = patch_size;
    const std::size_t rows = patches_along("spread_patches", "height", H, P);
    const std::size_t columns = patches_along("spread_patches", "width", W, P);
    Tensor<3> spread = uninitialised<3>({C, H + gap * (rows - 1), W + gap * (columns - 1)});
    spread.fill(1);
    for (std::size_t c = 0; c < C; ++c)
        for (std::size_t h = 0; h < H; ++h)
            for (std::size_t w = 0; w < W; ++w) spread(c, h + gap * (h / P), w + gap * (w / P)) = image(c, h, w);
    return spread;
}

}  // namespace vit
