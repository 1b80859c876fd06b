// Pictures in another size.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/files/picture.h"

namespace vit {

/// How the colours between the pixels are found. Where a picture becomes smaller, both spread over all pixels that fall
/// together, as Pillow's resize does ("antialias").
enum class Interpolation {
    bicubic,   // from cubics (Catmull and Rom)
    bilinear,  // from straight lines
};
inline const std::vector<std::string> interpolation_names{"bicubic", "bilinear"};

struct PictureSize {
    std::size_t height, width;
};

/// The whole picture in the size `whole`, whatever its ratio, and of that the middle in the size `middle`. Where an odd
/// number of rows or columns is left over, the half is rounded as Python rounds, to an even number. The numbers are
/// those of Pillow's resize followed by torchvision's CenterCrop, but only the middle is ever computed: a picture of
/// one row would be large as a whole. Throws std::invalid_argument if the picture or `middle` has no pixels, or
/// `middle` is larger than `whole`.
Picture resize_whole(const Picture& picture, PictureSize whole, PictureSize middle, Interpolation interpolation);

/// The middle of a picture, as much of it as has the ratio height : width, in the size (height, width). Colours between
/// the pixels come from cubics (Catmull and Rom); where the picture becomes smaller, they are spread over all pixels
/// that fall together. The numbers are those of Pillow's resize with BICUBIC: rounded to bytes after the rows and again
/// after the columns. A picture of the right size stays as it is. Throws std::invalid_argument if one of the two has no
/// pixels.
Picture resize_and_crop(const Picture& picture, std::size_t height, std::size_t width);

/// The same for pixels (from_height, from_width, channels), with 1 or 3 channels: returns (height, width, channels).
std::vector<std::uint8_t> resize_and_crop(std::span<const std::uint8_t> pixels, std::size_t from_height,
                                          std::size_t from_width, std::size_t channels, std::size_t height,
                                          std::size_t width);

}  // namespace vit
