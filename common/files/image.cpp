#include "common/files/image.h"

#include <fmt/core.h>
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "common/files/files.h"

namespace vit {
namespace {

constexpr std::size_t most_bytes = std::size_t(1) << 28;  // of a file
constexpr std::size_t most_pixels = 100'000'000;

/// A size as stb wants it, which is at most as large as one of the limits above.
int as_int(std::size_t size) {
    return static_cast<int>(size);
}

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

[[noreturn]] void fail(const char* function, const std::string& path, const std::string& message) {
    throw std::runtime_error(fmt::format("{}: {}: {}", function, path, message));
}

/// What a PNG file and a JPEG file begin with.
bool is_png_or_jpeg(std::string_view file) {
    return file.starts_with("\x89PNG\r\n\x1a\n") || file.starts_with("\xff\xd8\xff");
}

/// The bytes of a picture, (H, W, 3).
struct Bytes {
    std::size_t height, width;
    std::unique_ptr<stbi_uc, void (*)(void*)> pixels;
};

Bytes decode(const std::string& file, const std::string& path) {
    const auto* bytes = reinterpret_cast<const stbi_uc*>(file.data());
    int width = 0, height = 0, channels = 0;
    if (!stbi_info_from_memory(bytes, as_int(file.size()), &width, &height, &channels)) {
        fail("read_image", path, "the picture is damaged, cut off or too large");
    }
    const auto H = static_cast<std::size_t>(height), W = static_cast<std::size_t>(width);
    if (H * W > most_pixels) {
        fail("read_image", path, fmt::format("the picture has {} x {} pixels, more than {} in all", H, W, most_pixels));
    }
    Bytes picture{H, W, {nullptr, &stbi_image_free}};
    picture.pixels.reset(stbi_load_from_memory(bytes, as_int(file.size()), &width, &height, &channels, 3));
    if (picture.pixels) return picture;
    const std::string reason = stbi_failure_reason() ? stbi_failure_reason() : "";
    fail("read_image", path, "the picture is damaged or cut off" + (reason.empty() ? "" : ": " + reason));
}

}  // namespace

Tensor<3> read_image(const std::string& path) {
    const std::string file = read_file(path, most_bytes);
    if (!is_png_or_jpeg(file)) fail("read_image", path, "this is neither a PNG nor a JPEG picture");
    const auto [H, W, pixels] = decode(file, path);
    const std::size_t C = 3;
    Tensor<3> image = uninitialised<3>({C, H, W});
    for (std::size_t c = 0; c < C; ++c) {
        for (std::size_t i = 0; i < H * W; ++i)
            image.flat(c * H * W + i) = Scalar(pixels.get()[i * C + c]) / Scalar(255);
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
    const std::vector<std::uint8_t> pixels = interleaved_bytes(image);
    const auto append = [](void* file, void* bytes, int size) {
        static_cast<std::string*>(file)->append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    };
    std::string file;
    if (!stbi_write_png_to_func(append, &file, as_int(W), as_int(H), as_int(C), pixels.data(), as_int(W * C))) {
        fail("write_image", path, "there is not enough memory for the picture");
    }
    write_file(path, file);
}

std::string terminal_image(const Tensor<3>& image) {
    constexpr std::string_view ramp = " .:-=+*#%@";
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    if (image.size() == 0) throw_empty("terminal_image", image);
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
