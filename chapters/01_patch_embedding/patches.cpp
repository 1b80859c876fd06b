#include "01_patch_embedding/patches.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {
namespace {

void check_divisible(const char* function, const char* side, std::size_t size, std::size_t patch_size) {
    if (patch_size == 0)
        throw std::invalid_argument(fmt::format("{}: the patch size must be at least 1, but it is 0", function));
    if (size == 0 || size % patch_size != 0) {
        throw std::invalid_argument(
            fmt::format("{}: image {} {} is not a multiple of patch size {}", function, side, size, patch_size));
    }
}

/// Calls move(pixel, number) for every number of one image: its place in the image (C, H, W) and its place in the
/// image's patches (N, C P P).
template <class Move>
void for_each_number(std::size_t channels, std::size_t height, std::size_t width, std::size_t patch_size,
                     PatchOrder order, const Move& move) {
    std::size_t number = 0;  // the patches are written from the first number to the last
    const auto pixel = [&](std::size_t c, std::size_t y, std::size_t x) { return (c * height + y) * width + x; };
    for (std::size_t top = 0; top < height; top += patch_size) {
        for (std::size_t left = 0; left < width; left += patch_size) {
            if (order == PatchOrder::c_p1_p2) {
                for (std::size_t c = 0; c < channels; ++c)
                    for (std::size_t p1 = 0; p1 < patch_size; ++p1)
                        for (std::size_t p2 = 0; p2 < patch_size; ++p2) move(pixel(c, top + p1, left + p2), number++);
            } else {
                for (std::size_t p1 = 0; p1 < patch_size; ++p1)
                    for (std::size_t p2 = 0; p2 < patch_size; ++p2)
                        for (std::size_t c = 0; c < channels; ++c) move(pixel(c, top + p1, left + p2), number++);
            }
        }
    }
}

}  // namespace

Tensor<3> patchify(const Tensor<4>& images, std::size_t patch_size, PatchOrder order) {
    const auto [batch, channels, height, width] = images.shape();
    check_divisible("patchify", "height", height, patch_size);
    check_divisible("patchify", "width", width, patch_size);

    const std::size_t patches_per_image = (height / patch_size) * (width / patch_size);
    Tensor<3> patches =
        uninitialised<3>({batch, patches_per_image, channels * patch_size * patch_size});  // (B, N, CPP)
    const std::size_t numbers = channels * height * width;                                 // of one image
    for (std::size_t b = 0; b < batch; ++b) {
        const Scalar* image = images.data() + b * numbers;
        Scalar* out = patches.data() + b * numbers;
        for_each_number(channels, height, width, patch_size, order,
                        [=](std::size_t pixel, std::size_t number) { out[number] = image[pixel]; });
    }
    return patches;
}

Tensor<4> unpatchify(const Tensor<3>& patches, const Shape& image_shape, std::size_t patch_size, PatchOrder order) {
    if (image_shape.size() != 4) {
        throw std::invalid_argument(
            fmt::format("unpatchify: the image shape must be (B, C, H, W), but it is {}", to_string(image_shape)));
    }
    const std::size_t batch = image_shape.at(0), channels = image_shape.at(1);
    const std::size_t height = image_shape.at(2), width = image_shape.at(3);
    check_divisible("unpatchify", "height", height, patch_size);
    check_divisible("unpatchify", "width", width, patch_size);
    Axes axes("unpatchify");
    axes.set('B', batch, "the images");
    axes.set('N', (height / patch_size) * (width / patch_size), "H / P times W / P");
    axes.set('V', channels * patch_size * patch_size, "C P P").check("patches", "BNV", patches);

    Tensor<4> images = uninitialised<4>({batch, channels, height, width});
    const std::size_t numbers = channels * height * width;  // of one image
    for (std::size_t b = 0; b < batch; ++b) {
        const Scalar* in = patches.data() + b * numbers;
        Scalar* image = images.data() + b * numbers;
        for_each_number(channels, height, width, patch_size, order,
                        [=](std::size_t pixel, std::size_t number) { image[pixel] = in[number]; });
    }
    return images;
}

}  // namespace vit
