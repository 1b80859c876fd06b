// The number types of safetensors files, turned into the one that this project computes with.
#pragma once

#include <string_view>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// The numbers that these bytes are, whose type is one that size_of_dtype (safetensors_header.h) knows.
std::vector<Scalar> to_scalars(const std::vector<char>& bytes, std::string_view dtype);

}  // namespace vit
