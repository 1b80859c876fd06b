// JPEG files, by libjpeg-turbo.
#pragma once

#include <string>
#include <string_view>

#include "common/files/picture.h"

namespace vit {

bool is_jpeg(std::string_view file);

/// Throws std::runtime_error that begins with `path` if the file is cut off, damaged or too large.
Picture decode_jpeg(const std::string& file, const std::string& path);

}  // namespace vit
