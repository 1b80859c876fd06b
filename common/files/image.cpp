#include "common/files/image.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "common/files/files.h"
#include "common/files/png.h"

namespace vit {
namespace {

/// 0 to 1, also for numbers outside and for NaN.
Scalar clamped(Scalar value) {
    return value > 0 ? std::min(value, Scalar(1)) : Scalar(0);
}

/// (C, H, W) as pictures in files have it, (H, W, C), each number a byte.
std::vector<std::uint8_t> interleaved_bytes(const Tensor<3>& image) {
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    std::vector<std::uint8_t> bytes;
    bytes.reserve(image.size());
    for (std::size_t h = 0; h < H; ++h) {
        for (std::size_t w = 0; w < W; ++w) {
            for (std::size_t c = 0; c < C; ++c) {
                bytes.push_back(static_cast<std::uint8_t>(std::lround(clamped(image(c, h, w)) * Scalar(255))));
            }
        }
    }
    return bytes;
}

[[noreturn]] void throw_empty(const char* function, const Tensor<3>& image) {
    throw std::invalid_argument(
        fmt::format("{}: an image of shape {} has no pixels", function, to_string(shape_of(image))));
}

}  // namespace

Tensor<3> image_of(const Picture& picture) {
    const std::size_t C = 3, H = picture.height, W = picture.width;
    Tensor<3> image = uninitialised<3>({C, H, W});
    for (std::size_t c = 0; c < C; ++c) {
        for (std::size_t i = 0; i < H * W; ++i)
            image.flat(c * H * W + i) = Scalar(picture.pixels[i * C + c]) / Scalar(255);
    }
    return image;
}

void write_image(const std::string& path, const Tensor<3>& image) {
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    if ((C != 1 && C != 3) || H * W == 0 || H * W > most_pixels) {
        throw std::invalid_argument(fmt::format(
            "write_image: {}: an image of shape {} cannot be written; it needs 1 or 3 channels and at least 1 "
            "pixel, at most {}",
            path, to_string(shape_of(image)), most_pixels));
    }
    write_file(path, encode_png(interleaved_bytes(image), H, W, C, path));
}

std::string terminal_image(const Tensor<3>& image) {
    constexpr std::string_view ramp = " .:-=+*#%@";
    constexpr std::size_t most = 40;  // of two characters each: what fits into a line
    const std::size_t H = image.shape()[1], W = image.shape()[2];
    if (image.size() == 0) throw_empty("terminal_image", image);
    const std::size_t side = (W + most - 1) / most;  // of the square of pixels that becomes one
    std::string text;
    for (std::size_t h = 0; h < H; h += side) {
        std::string line;
        for (std::size_t w = 0; w < W; w += side) {
            const Tensor<3> square = xt::view(image, xt::all(), xt::range(h, std::min(h + side, H)),
                                              xt::range(w, std::min(w + side, W)));  // (C, side, side)
            Scalar brightness = 0;
            for (const Scalar value : square) brightness += value / static_cast<Scalar>(square.size());
            const Scalar level = clamped(brightness) * static_cast<Scalar>(ramp.size() - 1);
            line.append(2, ramp[static_cast<std::size_t>(std::lround(level))]);
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

}  // namespace vit
