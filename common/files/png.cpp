#include "common/files/png.h"

#include <fmt/core.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "common/files/exif.h"

namespace vit {
namespace {

constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";

[[noreturn]] void fail(const std::string& path, const std::string& message) {
    throw std::runtime_error(path + ": " + message);
}

std::size_t big_endian(const std::string& file, std::size_t begin) {
    std::size_t number = 0;
    for (std::size_t i = begin; i < begin + 4; ++i) number = number << 8 | static_cast<unsigned char>(file[i]);
    return number;
}

/// A file as libpng is to read it, and its EXIF data, if there are any.
struct Checked {
    std::string file;
    std::string exif;
};

/// Goes through the chunks (PNG specification, section 5.3: length, name, data, checksum) to the last one: libpng is
/// content with the pixels, whatever becomes of the rest. The gamma is left out: libpng would make the picture brighter
/// or darker by it, and Pillow, with which most data sets are read, does not.
Checked check_chunks(const std::string& file, const std::string& path) {
    Checked checked{std::string(signature), ""};
    for (std::size_t begin = signature.size();;) {
        if (file.size() < begin + 12) fail(path, "the picture is cut off");
        const std::size_t length = big_endian(file, begin), size = length + 12;
        if (file.size() - begin < size) fail(path, "the picture is cut off");
        const auto* summed = reinterpret_cast<const Bytef*>(file.data() + begin + 4);
        if (crc32(0, summed, static_cast<uInt>(length + 4)) != big_endian(file, begin + size - 4))
            fail(path, "the picture is damaged: a checksum is wrong");
        const std::string_view name = std::string_view(file).substr(begin + 4, 4);
        if ((begin == signature.size()) != (name == "IHDR"))
            fail(path, "the picture is damaged: its header does not stand at the beginning");
        if (name == "eXIf") checked.exif = std::string("Exif\0\0", 6) + file.substr(begin + 8, length);
        if (name != "gAMA") checked.file.append(file, begin, size);
        if (name == "IEND") return checked;
        begin += size;
    }
}

/// libpng's own record of a file, which is freed whatever happens.
struct Image {
    png_image png;
    Image() {
        std::memset(&png, 0, sizeof png);
        png.version = PNG_IMAGE_VERSION;
    }
    ~Image() { png_image_free(&png); }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;
};

/// The colour of one pixel, four bytes red, green, blue and how opaque, on white.
void append_on_white(std::vector<std::uint8_t>& pixels, const png_byte* colour) {
    const unsigned opaque = colour[3];
    for (int c = 0; c < 3; ++c) {
        const unsigned mixed = colour[c] * opaque + 255 * (255 - opaque);
        pixels.push_back(static_cast<std::uint8_t>((mixed + 127) / 255));
    }
}

/// From linear light of 16 bits, already times how opaque it is, to bytes as files have them. libpng, too, takes 1/2.2
/// for the exponent; as in Pillow, the lower half of 16 bits is dropped.
void append_linear_on_white(std::vector<std::uint8_t>& pixels, const png_uint_16* colour) {
    const auto byte = [](double share) { return static_cast<png_byte>(share * 65535 / 256); };
    const double opaque = colour[3];
    png_byte bytes[4] = {0, 0, 0, byte(opaque / 65535)};
    for (int c = 0; c < 3 && opaque > 0; ++c)
        bytes[c] = byte(std::pow(std::min(1.0, static_cast<double>(colour[c]) / opaque), 1 / 2.2));
    append_on_white(pixels, bytes);
}

/// Reads the pixels of a picture of 16 bits. Asked for 8 bits at once, libpng 1.6 gives many pixels of interlaced ones
/// other colours (https://github.com/pnggroup/libpng/issues/853).
template <class Damaged>
std::vector<std::uint8_t> read_16_bits(Image& image, const Damaged& damaged) {
    image.png.format = PNG_FORMAT_LINEAR_RGB_ALPHA;
    std::vector<png_uint_16> read(PNG_IMAGE_SIZE(image.png) / sizeof(png_uint_16));
    if (!png_image_finish_read(&image.png, nullptr, read.data(), 0, nullptr)) damaged();
    std::vector<std::uint8_t> pixels;
    pixels.reserve(read.size() / 4 * 3);
    for (std::size_t i = 0; i < read.size(); i += 4) append_linear_on_white(pixels, &read[i]);
    return pixels;
}

}  // namespace

bool is_png(std::string_view file) {
    return file.starts_with(signature);
}

Picture decode_png(const std::string& file, const std::string& path) {
    Image image;
    const auto damaged = [&] { fail(path, fmt::format("the picture is damaged: {}", image.png.message)); };
    const auto [checked, exif] = check_chunks(file, path);
    if (!png_image_begin_read_from_memory(&image.png, checked.data(), checked.size())) damaged();
    const std::size_t H = image.png.height, W = image.png.width;
    if (H * W > most_pixels)
        fail(path, fmt::format("the picture has {} x {} pixels, more than {} in all", H, W, most_pixels));

    image.png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // where a file of 16 bits does not say how bright they are
    Picture picture{H, W, {}};
    if (checked[24] == 16) {  // bits of a colour, in the first chunk (PNG specification, 11.2.2)
        picture.pixels = read_16_bits(image, damaged);
        return exif.empty() ? picture : upright(picture, exif_orientation(exif));
    }

    // A palette is read as one, because libpng takes numbers beyond its end for black.
    const bool palette = image.png.format & PNG_FORMAT_FLAG_COLORMAP;
    const std::size_t colours = image.png.colormap_entries;
    image.png.format = palette ? PNG_FORMAT_RGBA_COLORMAP : PNG_FORMAT_RGBA;
    std::vector<png_byte> read(PNG_IMAGE_SIZE(image.png)), map(palette ? 4 * 256 : 0);
    if (!png_image_finish_read(&image.png, nullptr, read.data(), 0, palette ? map.data() : nullptr)) damaged();
    picture.pixels.reserve(H * W * 3);
    for (std::size_t i = 0; i < H * W; ++i) {
        if (palette && read[i] >= colours)
            fail(path,
                 fmt::format("the picture is damaged: it has {} colours, but a pixel has number {}", colours, read[i]));
        append_on_white(picture.pixels, palette ? &map[4 * std::size_t(read[i])] : &read[4 * i]);
    }
    return exif.empty() ? picture : upright(picture, exif_orientation(exif));
}

std::string encode_png(std::span<const std::uint8_t> pixels, std::size_t height, std::size_t width,
                       std::size_t channels, const std::string& path) {
    Image image;
    image.png.height = static_cast<png_uint_32>(height);
    image.png.width = static_cast<png_uint_32>(width);
    image.png.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image.png);
    std::string file(size, '\0');
    if (!png_image_write_to_memory(&image.png, file.data(), &size, 0, pixels.data(), 0, nullptr))
        fail(path, fmt::format("the picture cannot be written: {}", image.png.message));
    file.resize(size);
    return file;
}

}  // namespace vit
