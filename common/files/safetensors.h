// Weight files in the safetensors format, the one in which published models come.
//
// A file is 8 bytes with the length of the header (little-endian), the header, and the numbers of all tensors one after
// another. The header is JSON: for each tensor its name, dtype, shape, and the bytes it takes, counted from the end of
// the header; under "__metadata__" texts about the file:
//
//     {"__metadata__": {"epoch": "3"}, "norm.bias": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}
//
// Format: https://huggingface.co/docs/safetensors. A file that breaks its rules (data with holes or overlaps, a key
// twice, sizes that do not fit) is refused: it is damaged or not what it says it is.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/files/mapped_file.h"
#include "common/tensor/parameters.h"

namespace vit {

/// One tensor of a file. Its numbers stay there, in a file that is mapped (mapped_file.h), until they are asked for.
struct StoredTensor {
    std::string name;
    std::string dtype;                       // as it is in the file: F64, F32, F16, BF16, I64, I32 or U8
    Shape shape;                             // may be (), a single number, or have axes of size 0
    std::span<const char> bytes;             // the part of the file with its numbers, at any address
    std::shared_ptr<const MappedFile> file;  // is mapped as long as one of its tensors is there

    /// Its numbers, converted to Scalar. Throws std::runtime_error, which names the file, if there is not enough
    /// memory for them.
    std::vector<Scalar> values() const;

    /// Throws std::runtime_error, which names the file, if its numbers are whole: those of a model that was made
    /// smaller so mean nothing without their scale.
    void require_fractions() const;

    /// Writes its numbers, converted to Scalar, into a place that has room for exactly these; std::invalid_argument
    /// otherwise. The memory of the process grows by nothing: the pages that were read are given back.
    void copy_to(std::span<Scalar> place) const;
};

/// The contents of a file.
struct Safetensors {
    std::string path;
    std::vector<StoredTensor> tensors;  // in the order of their numbers in the file
    std::map<std::string, std::string> metadata;

    /// The tensor of this name. Throws std::runtime_error: "FILE: tensor NAME is missing".
    const StoredTensor& at(std::string_view name) const;
};

/// Reads the header of a file and maps its numbers, which takes the same time whatever their size. Throws
/// std::runtime_error, which begins with the file's name and says what is wrong with it.
Safetensors load_safetensors(const std::string& path);

/// The type that Scalar is.
inline const std::string scalar_dtype = std::is_same_v<Scalar, float> ? "F32" : "F64";

/// Writes a file with these tensors in this order, as F64, F32, F16 or BF16. Throws std::invalid_argument if two
/// tensors have one name, or a number is too large for the type; std::runtime_error if the file cannot be written.
void save_safetensors(const std::string& path, const Parameters& tensors,
                      const std::map<std::string, std::string>& metadata = {}, const std::string& dtype = scalar_dtype);

/// Fills the parameters of a model with the tensors of the same names. Throws std::runtime_error if a tensor is
/// missing, belongs to no parameter, or has another shape; the model is then as it was before.
void copy_into(const Safetensors& file, const Parameters& parameters);

}  // namespace vit
