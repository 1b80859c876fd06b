// PNG files, by libpng.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/files/picture.h"

namespace vit {

bool is_png(std::string_view file);

/// Throws std::runtime_error that begins with `path` if the file is cut off, damaged or too large.
Picture decode_png(const std::string& file, const std::string& path);

/// The file for pixels (height, width, channels) of 1 or 3 channels. Throws std::runtime_error that begins with `path`
/// if there is not enough memory.
std::string encode_png(std::span<const std::uint8_t> pixels, std::size_t height, std::size_t width,
                       std::size_t channels, const std::string& path);

}  // namespace vit
