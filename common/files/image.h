// Pictures as tensors (C, H, W): C channels, H rows, W columns, 0 dark to 1 bright.
#pragma once

#include <string>

#include "common/tensor/tensor.h"

namespace vit {

/// Reads a PNG, JPEG, BMP or GIF file (and what else stb_image reads): (3, H, W), red, green, blue. A grey picture has
/// three equal channels; transparency is left out. Throws std::runtime_error that names the file.
Tensor<3> read_image(const std::string& path);

/// Writes a PNG file of 1 or 3 channels. Values below 0 count as 0, those above 1 as 1. Throws std::invalid_argument
/// for another number of channels or an image without pixels.
void write_image(const std::string& path, const Tensor<3>& image);

/// The image scaled so that it just covers (height, width), with the same ratio of its sides, and what stands out cut
/// off on both ends alike: (C, H, W) -> (C, height, width).
Tensor<3> resize_and_crop(const Tensor<3>& image, std::size_t height, std::size_t width);

/// The image as text, two equal characters for each pixel from ' ' (dark) to '@' (bright), channels averaged, one line
/// for each row. Blanks at the end of a line are left out.
std::string terminal_image(const Tensor<3>& image);

}  // namespace vit
