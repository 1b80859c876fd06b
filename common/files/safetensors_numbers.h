// The number types of safetensors files, turned into the one that this project computes with.
#pragma once

#include <span>
#include <string_view>

#include "common/tensor/tensor.h"

namespace vit {

/// Fills `scalars` with the numbers that these bytes are. There are as many, and their type is one that size_of_dtype
/// (safetensors_header.h) knows. The bytes may lie at any address.
void to_scalars(std::span<const char> bytes, std::string_view dtype, std::span<Scalar> scalars);

}  // namespace vit
