#include "common/files/picture.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "common/files/files.h"
#include "common/files/jpeg.h"
#include "common/files/png.h"

namespace vit {
namespace {

using namespace std::literals;

/// What files of other formats begin with.
constexpr std::pair<std::string_view, const char*> others[] = {
    {"GIF8"sv, "a GIF"},
    {"BM"sv, "a BMP"},
    {"II*\0"sv, "a TIFF"},
    {"MM\0*"sv, "a TIFF"},
    {"II+\0"sv, "a TIFF"},
    {"MM\0+"sv, "a TIFF"},
    {"8BPS"sv, "a Photoshop"},
    {"\x53\x80\xf6\x34"sv, "a Softimage"},
    {"#?RADIANCE"sv, "a Radiance"},
    {"#?RGBE"sv, "a Radiance"},
    {"\0\0\1\0"sv, "an icon"},
    {"\0\0\0\x0cjP  "sv, "a JPEG 2000"},
    {"\xff\x4f\xff\x51"sv, "a JPEG 2000"},
    {"\0\0\0\x0cJXL "sv, "a JPEG XL"},
    {"\xff\x0a"sv, "a JPEG XL"},
    {"gimp xcf"sv, "a GIMP"},
    {"<svg"sv, "an SVG"},
    {"<?xml"sv, "an SVG"},
    {"%PDF"sv, "a PDF"},
    {"qoif"sv, "a QOI"},
};

/// "a GIF", or empty if nobody knows.
std::string format_of(std::string_view file) {
    for (const auto& [beginning, name] : others) {
        if (file.starts_with(beginning)) return name;
    }
    if (file.starts_with("RIFF") && file.substr(0, 12).ends_with("WEBP")) return "a WebP";
    if (file.size() >= 12 && file.substr(4, 4) == "ftyp") {
        const std::string_view brand = file.substr(8, 4);
        if (brand == "avif" || brand == "avis") return "an AVIF";
        if (brand.starts_with("he") || brand == "mif1" || brand == "msf1") return "a HEIC";
    }
    if (file.size() >= 2 && file[0] == 'P' && file[1] >= '1' && file[1] <= '7') return "a PNM (PBM, PGM or PPM)";
    return "";
}

}  // namespace

bool is_picture(const std::string& beginning) {
    return is_png(beginning) || is_jpeg(beginning);
}

std::string other_format(const std::string& beginning) {
    const std::string format = format_of(beginning);  // "a HEIC"
    return format.substr(format.find(' ') + 1);
}

Picture decode_picture(const std::string& file, const std::string& path) {
    if (is_png(file)) return decode_png(file, path);
    if (is_jpeg(file)) return decode_jpeg(file, path);
    const std::string format = format_of(file);
    throw std::runtime_error(
        format.empty()
            ? fmt::format("{}: this is {}; PNG and JPEG pictures can be read", path,
                          file.empty() ? "an empty file" : "no picture of a format that is known here")
            : fmt::format("{}: this is {} picture; only PNG and JPEG can be read. Save it as PNG in any paint program, "
                          "or with ImageMagick: convert FILE picture.png",
                          path, format));
}

Picture read_picture(const std::string& path) {
    constexpr std::size_t most_bytes = std::size_t(1) << 28;
    return decode_picture(read_file(path, most_bytes), path);
}

std::optional<Picture> read_picture(const std::string& path, std::vector<std::string>& errors) {
    try {
        return read_picture(path);
    } catch (const std::runtime_error& error) {
        errors.push_back(error.what());
        return {};
    }
}

std::vector<std::uint8_t> planes_of(const Picture& picture, std::size_t channels) {
    const std::size_t pixels = picture.height * picture.width;
    std::vector<std::uint8_t> planes;
    planes.reserve(pixels * channels);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < pixels; ++i) {
            const std::uint8_t* p = &picture.pixels[3 * i];
            // 16 bits of 0.299, 0.587 and 0.114
            const unsigned grey = (19595U * p[0] + 38470U * p[1] + 7471U * p[2] + 0x8000U) >> 16;
            planes.push_back(channels == 1 ? static_cast<std::uint8_t>(grey) : p[c]);
        }
    }
    return planes;
}

Picture upright(const Picture& picture, int orientation) {
    if (orientation < 2 || orientation > 8) return picture;
    // The upright picture is the stored one mirrored, upside down, or with rows for columns.
    const bool turned = orientation >= 5;
    const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const std::size_t H = picture.height, W = picture.width;
    Picture result{turned ? W : H, turned ? H : W, {}};
    result.pixels.reserve(picture.pixels.size());
    for (std::size_t y = 0; y < result.height; ++y) {
        for (std::size_t x = 0; x < result.width; ++x) {
            const std::size_t row = turned ? x : y, column = turned ? y : x;
            const std::size_t h = from_below ? H - 1 - row : row, w = from_right ? W - 1 - column : column;
            const auto pixel = picture.pixels.begin() + static_cast<std::ptrdiff_t>((h * W + w) * 3);
            result.pixels.insert(result.pixels.end(), pixel, pixel + 3);
        }
    }
    return result;
}

}  // namespace vit
