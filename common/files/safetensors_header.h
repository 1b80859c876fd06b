// The header of a safetensors file: which tensors it has, where their bytes are, and texts about the file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/tensor/shape.h"

namespace vit {

/// What the header says of one tensor.
struct TensorEntry {
    std::string name;
    std::string dtype;  // F64, F32, F16, BF16, I64, I32 or U8
    Shape shape;
    std::uint64_t begin;  // its bytes, counted from the end of the header
    std::uint64_t end;
};

struct SafetensorsHeader {
    std::vector<TensorEntry> tensors;  // in the order of their bytes
    std::map<std::string, std::string> metadata;
};

/// Bytes of one number of this type; 0 if it is none of those above.
std::size_t size_of_dtype(const std::string& dtype);

/// Reads the text of a header, in time and memory proportional to its length whatever it holds. Throws
/// std::runtime_error, which begins with `path`, unless every tensor is as large as its shape and type say and each of
/// the `data_size` bytes behind the header belongs to exactly one of them.
SafetensorsHeader parse_header(const std::string& path, const std::string& text, std::uint64_t data_size);

/// The text of a header, padded with blanks to a multiple of 8 bytes. Throws std::invalid_argument if two tensors have
/// one name, or if a name or text is not UTF-8.
std::string header_text(const SafetensorsHeader& header);

}  // namespace vit
