// Pictures in another size.
#pragma once

#include <span>

#include "common/files/picture.h"

namespace vit {

/// The middle of a picture, as much of it as has the ratio height : width, in the size (height, width). Colours between
/// the pixels come from cubics (Catmull and Rom); where the picture becomes smaller, they are spread over all pixels
/// that fall together. The numbers are those of Pillow's resize with BICUBIC: rounded to bytes after the rows and again
/// after the columns. A picture of the right size stays as it is. Throws std::invalid_argument if one of the two has no
/// pixels.
Picture resize_and_crop(const Picture& picture, std::size_t height, std::size_t width);

/// The same for pixels (from_height, from_width, channels): returns (height, width, channels).
std::vector<std::uint8_t> resize_and_crop(std::span<const std::uint8_t> pixels, std::size_t from_height,
                                          std::size_t from_width, std::size_t channels, std::size_t height,
                                          std::size_t width);

}  // namespace vit
