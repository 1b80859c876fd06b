// Pictures as files have them: bytes, row by row, red, green and blue of each pixel side by side.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vit {

struct Picture {
    std::size_t height = 0, width = 0;
    std::vector<std::uint8_t> pixels;  // (height, width, 3), 0 dark to 255 bright
};

/// The largest picture that is read or written. Decoding takes at most about ten bytes for each of its pixels.
constexpr std::size_t most_pixels = 100'000'000;

/// Reads a PNG or JPEG file, whatever its name: upright, as its EXIF orientation says; a grey picture has three equal
/// channels, 16 bits become 8, and where the picture is transparent, white shows. Throws std::runtime_error that names
/// the file if it is of another format (says which), damaged, cut off, or of more than most_pixels.
Picture read_picture(const std::string& path);

/// The same of a file that is in memory; `path` is its name in errors.
Picture decode_picture(const std::string& file, const std::string& path);

/// Reads one file of several: if it cannot be read there is no picture, and the reason is added to `errors`.
std::optional<Picture> read_picture(const std::string& path, std::vector<std::string>& errors);

/// The nearest byte.
inline std::uint8_t byte_of(double value) {
    return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

/// Does a file that begins like this hold a PNG or JPEG picture?
bool is_picture(const std::string& beginning);

/// The name of another picture format whose files begin like this, such as "HEIC"; empty if nobody knows it. 12 bytes
/// are enough.
std::string other_format(const std::string& beginning);

/// A picture as the images of a data set are stored: (channels, height, width), in colour, or if `channels` is 1 in
/// grey, as bright as the eye sees it (ITU-R BT.601).
std::vector<std::uint8_t> planes_of(const Picture& picture, std::size_t channels);

/// The same picture as it is held according to an EXIF orientation, 1 to 8 (EXIF 2.3, tag 0x0112).
Picture upright(const Picture& picture, int orientation);

}  // namespace vit
