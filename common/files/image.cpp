#include "common/files/image.h"

#include <fmt/core.h>
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>
#if __has_include(<stb/stb_image_resize.h>)
#include <stb/stb_image_resize.h>
#else
#include <stb/stb_image_resize2.h>  // since 2023
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "common/files/files.h"

namespace vit {
namespace {

/// A size as stb wants it.
int as_int(std::size_t size) {
    return static_cast<int>(size);
}

void check_not_empty(const char* function, const Tensor<3>& image) {
    if (image.size() > 0) return;
    throw std::invalid_argument(
        fmt::format("{}: an image of shape {} has no pixels", function, to_string(shape_of(image))));
}

/// 0 to 1, also for numbers outside and for NaN.
Scalar clamped(Scalar value) {
    return value > 0 ? std::min(value, Scalar(1)) : Scalar(0);
}

/// (C, H, W) as pictures in files have it, (H, W, C), each value through `convert`.
template <class Value, class Convert>
std::vector<Value> interleaved(const Tensor<3>& image, const Convert& convert) {
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    std::vector<Value> pixels;
    pixels.reserve(image.size());
    for (std::size_t h = 0; h < H; ++h) {
        for (std::size_t w = 0; w < W; ++w) {
            for (std::size_t c = 0; c < C; ++c) pixels.push_back(convert(image(c, h, w)));
        }
    }
    return pixels;
}

/// Resizes an interleaved picture; false if stb cannot do it.
bool resize(const std::vector<float>& pixels, int height, int width, std::vector<float>& resized, int new_height,
            int new_width, int channels) {
#if __has_include(<stb/stb_image_resize.h>)
    return stbir_resize_float(pixels.data(), width, height, 0, resized.data(), new_width, new_height, 0, channels) != 0;
#else
    return stbir_resize_float_linear(pixels.data(), width, height, 0, resized.data(), new_width, new_height, 0,
                                     static_cast<stbir_pixel_layout>(channels)) != nullptr;
#endif
}

}  // namespace

Tensor<3> read_image(const std::string& path) {
    const std::string file = read_file(path);
    int width = 0, height = 0, channels_in_file = 0;
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(file.data()), as_int(file.size()), &width, &height,
                              &channels_in_file, 3),
        &stbi_image_free);
    if (!pixels) throw std::runtime_error(fmt::format("read_image: {}: {}", path, stbi_failure_reason()));
    const std::size_t C = 3, H = static_cast<std::size_t>(height), W = static_cast<std::size_t>(width);
    Tensor<3> image = uninitialised<3>({C, H, W});
    for (std::size_t c = 0; c < C; ++c) {
        for (std::size_t i = 0; i < H * W; ++i)
            image.flat(c * H * W + i) = Scalar(pixels.get()[i * C + c]) / Scalar(255);
    }
    return image;
}

void write_image(const std::string& path, const Tensor<3>& image) {
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    check_not_empty("write_image", image);
    if (C != 1 && C != 3)
        throw std::invalid_argument(fmt::format("write_image: {} channels; only 1 or 3 can be written", C));
    const auto to_byte = [](Scalar value) {
        return static_cast<std::uint8_t>(std::lround(clamped(value) * Scalar(255)));
    };
    const std::vector<std::uint8_t> pixels = interleaved<std::uint8_t>(image, to_byte);
    write_through(path, [&](const std::string& temporary_path) {
        if (!stbi_write_png(temporary_path.c_str(), as_int(W), as_int(H), as_int(C), pixels.data(), as_int(W * C))) {
            throw std::runtime_error("write_image: cannot write " + path);
        }
    });
}

Tensor<3> resize_and_crop(const Tensor<3>& image, std::size_t height, std::size_t width) {
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    check_not_empty("resize_and_crop", image);
    if (height == 0 || width == 0) {
        throw std::invalid_argument(fmt::format("resize_and_crop: the size ({}, {}) has no pixels", height, width));
    }
    const double scale = std::max(static_cast<double>(height) / static_cast<double>(H),
                                  static_cast<double>(width) / static_cast<double>(W));
    const auto scaled = [&](std::size_t size) {
        return static_cast<std::size_t>(std::lround(scale * static_cast<double>(size)));
    };
    const std::size_t scaled_height = std::max(height, scaled(H)), scaled_width = std::max(width, scaled(W));

    const std::vector<float> pixels = interleaved<float>(image, [](Scalar value) { return static_cast<float>(value); });
    std::vector<float> resized(scaled_height * scaled_width * C);
    if (!resize(pixels, as_int(H), as_int(W), resized, as_int(scaled_height), as_int(scaled_width), as_int(C))) {
        throw std::runtime_error(fmt::format("resize_and_crop: cannot make {} of the size ({}, {})",
                                             to_string(shape_of(image)), height, width));
    }

    Tensor<3> cropped = uninitialised<3>({C, height, width});
    const std::size_t top = (scaled_height - height) / 2, left = (scaled_width - width) / 2;
    for (std::size_t c = 0; c < C; ++c) {
        for (std::size_t h = 0; h < height; ++h) {
            for (std::size_t w = 0; w < width; ++w) {
                // The cubic filter overshoots at sharp edges.
                cropped(c, h, w) = clamped(resized[((top + h) * scaled_width + left + w) * C + c]);
            }
        }
    }
    return cropped;
}

std::string terminal_image(const Tensor<3>& image) {
    constexpr std::string_view ramp = " .:-=+*#%@";
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    check_not_empty("terminal_image", image);
    std::string text;
    for (std::size_t h = 0; h < H; ++h) {
        std::string line;
        for (std::size_t w = 0; w < W; ++w) {
            Scalar brightness = 0;
            for (std::size_t c = 0; c < C; ++c) brightness += image(c, h, w) / static_cast<Scalar>(C);
            const Scalar level = clamped(brightness) * static_cast<Scalar>(ramp.size() - 1);
            line.append(2, ramp[static_cast<std::size_t>(std::lround(level))]);
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

}  // namespace vit
