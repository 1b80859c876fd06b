// The number types of safetensors files, turned into the one that this project computes with, and back.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/tensor/tensor.h"

namespace vit {

/// Fills `scalars` with the numbers that these bytes are. There are as many, and their type is one that size_of_dtype
/// (safetensors_header.h) knows. The bytes may lie at any address.
void to_scalars(std::span<const char> bytes, std::string_view dtype, std::span<Scalar> scalars);

/// The bytes of these numbers as F64, F32, F16 or BF16: each as the nearest number of that type, of two that are as
/// near the even one. Throws std::invalid_argument for another type, and for a number that F16 or BF16 cannot hold: one
/// beyond their largest, infinity or NaN.
std::string to_bytes(std::span<const Scalar> scalars, std::string_view dtype);

}  // namespace vit
