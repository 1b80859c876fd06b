#include "01_patch_embedding/patches.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {
namespace {

/// The place in a patch vector of the number from channel c, row p1 and column p2 of the patch.
std::size_t place(PatchOrder order, std::size_t C, std::size_t P, std::size_t c, std::size_t p1, std::size_t p2) {
    return order == PatchOrder::c_p1_p2 ? (c * P + p1) * P + p2 : (p1 * P + p2) * C + c;
}

}  // namespace

std::size_t patches_along(const char* function, const char* side, std::size_t size, std::size_t patch_size) {
    if (patch_size == 0) {
        throw std::invalid_argument(fmt::format("{}: the patch size must be at least 1, but it is 0", function));
    }
    if (size == 0 || size % patch_size != 0) {
        throw std::invalid_argument(
            fmt::format("{}: image {} {} is not a multiple of patch size {}", function, side, size, patch_size));
    }
    return size / patch_size;
}

// #region exercise 1.1 patchify (easy, 15 minutes)
Tensor<3> patchify(const Tensor<4>& images, std::size_t patch_size, PatchOrder order) {
    const auto [B, C, H, W] = images.shape();
    const std::size_t P = patch_size;
    const std::size_t rows = patches_along("patchify", "height", H, P);
    const std::size_t columns = patches_along("patchify", "width", W, P);

    // 1. Pixel (p1, p2) of channel c in the square of row i and column j goes to patch number i columns + j.
    Tensor<3> patches = uninitialised<3>({B, rows * columns, C * P * P});  // (B, N, C P P)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j)
                for (std::size_t c = 0; c < C; ++c)
                    for (std::size_t p1 = 0; p1 < P; ++p1)
                        for (std::size_t p2 = 0; p2 < P; ++p2)
                            patches(b, i * columns + j, place(order, C, P, c, p1, p2)) =
                                images(b, c, i * P + p1, j * P + p2);
    return patches;
}
// #endregion

// #region exercise 1.2 unpatchify (easy, 10 minutes)
Tensor<4> unpatchify(const Tensor<3>& patches, const Shape& image_shape, std::size_t patch_size, PatchOrder order) {
    if (image_shape.size() != 4) {
        throw std::invalid_argument(
            fmt::format("unpatchify: the image shape must be (B, C, H, W), but it is {}", to_string(image_shape)));
    }
    const std::size_t B = image_shape[0], C = image_shape[1], H = image_shape[2], W = image_shape[3], P = patch_size;
    const std::size_t rows = patches_along("unpatchify", "height", H, P);
    const std::size_t columns = patches_along("unpatchify", "width", W, P);
    Axes axes("unpatchify");
    axes.set('B', B, "the images").set('N', rows * columns, "H / P times W / P").set('V', C * P * P, "C P P");
    axes.check("patches", "BNV", patches);

    // 1. The same places, the other way round.
    Tensor<4> images = uninitialised<4>({B, C, H, W});  // (B, C, H, W)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j)
                for (std::size_t c = 0; c < C; ++c)
                    for (std::size_t p1 = 0; p1 < P; ++p1)
                        for (std::size_t p2 = 0; p2 < P; ++p2)
                            images(b, c, i * P + p1, j * P + p2) =
                                patches(b, i * columns + j, place(order, C, P, c, p1, p2));
    return images;
}
// #endregion

}  // namespace vit
