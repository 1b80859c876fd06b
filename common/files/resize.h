// Pictures in another size.
#pragma once

#include "common/tensor/tensor.h"

namespace vit {

/// The middle of an image, as much of it as has the ratio height : width, in the size (height, width):
/// (C, H, W) -> (C, height, width). Colours between the pixels come from cubics (Catmull and Rom); where the image
/// becomes smaller, they are spread over all pixels that fall together. An image of the right size stays as it is.
/// Throws std::invalid_argument if one of the two has no pixels.
Tensor<3> resize_and_crop(const Tensor<3>& image, std::size_t height, std::size_t width);

}  // namespace vit
