// Chapter 8 without any file of weights: small models with random ones.
#pragma once

#include <cstddef>

namespace vit {

/// Prints the names of a block's tensors in every dialect; writes a small model in each, reads it again and compares;
/// resizes positions in every way; and turns the parity dial.
void demonstrate(std::size_t seed);

}  // namespace vit
