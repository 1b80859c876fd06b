// The one thing that is asked of a photograph's EXIF data: how the camera was held.
#pragma once

#include <string>

namespace vit {

/// The orientation, 1 to 8, in EXIF data that begins with "Exif\0\0", or in a JPEG file that has some. 1, which is
/// upright, if it is not told.
int exif_orientation(const std::string& data);

}  // namespace vit
