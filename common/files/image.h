// Pictures as tensors (C, H, W): C channels, H rows, W columns, 0 dark to 1 bright.
#pragma once

#include <string>

#include "common/files/picture.h"
#include "common/tensor/tensor.h"

namespace vit {

/// A picture as a tensor: (3, H, W), red, green, blue.
Tensor<3> image_of(const Picture& picture);

/// Writes a PNG file of 1 or 3 channels. Values below 0 count as 0, those above 1 as 1. Throws std::invalid_argument
/// for another number of channels or an image without pixels, std::runtime_error if the file cannot be written.
void write_image(const std::string& path, const Tensor<3>& image);

/// The image as text, two equal characters for each pixel from ' ' (dark) to '@' (bright), channels averaged, one line
/// for each row. Blanks at the end of a line are left out. An image that is wider than 40 pixels is shown smaller.
std::string terminal_image(const Tensor<3>& image);

}  // namespace vit
