// A model written as a library's own weight file: the table of names, read from left to right.
#pragma once

#include <map>
#include <string>

#include "06_vit_head/vit.h"
#include "08_pretrained/name_table.h"
#include "common/files/safetensors.h"

namespace vit {

/// Writes the model's tensors under the names, and in the shapes, of a dialect; vit-pytorch's are those of today, or of
/// its versions before 1.0 if the model has no patch norms. In timm's dialect the metadata say the whole config, as
/// "model.heads", besides what is given. The numbers are written as F64, F32, F16 or BF16. Throws std::invalid_argument
/// if the dialect has no name for a tensor of the model or a number is too large for its type, std::runtime_error if
/// the file cannot be written.
void save_pretrained(const std::string& path, Vit model, Dialect dialect = Dialect::timm,
                     std::map<std::string, std::string> metadata = {}, const std::string& dtype = scalar_dtype);

}  // namespace vit
