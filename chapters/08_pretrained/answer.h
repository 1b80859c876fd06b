// What a model says of a picture, as people and other programs read it.
#pragma once

#include <string>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// The lines "  93.1 %  name" of the most likely `count` classes of the image with this number. Classes without a name
/// are called by their number. logits (B, Y).
std::string most_likely(const Tensor<2>& logits, std::size_t image, std::size_t count,
                        const std::vector<std::string>& class_names);

/// Writes a table (B, M) as CSV: a heading NAME_0, NAME_1, ..., then a line for each image, with all digits that a
/// number has.
void write_csv(const std::string& path, const std::string& name, const Tensor<2>& table);

}  // namespace vit
