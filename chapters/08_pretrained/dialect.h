// Which dialect a weight file speaks: seen by the name of its patch projection, which no two dialects share.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "08_pretrained/name_table.h"
#include "common/files/safetensors.h"

namespace vit {

/// A weight file with its tensors by name. It points into the Safetensors that it was made of.
struct PublishedFile {
    std::string path;
    Dialect dialect;
    std::string recognised_by;  // the name of a tensor
    bool bare;                  // Hugging Face: the file of a backbone alone, whose names do not begin with "vit."
    std::unordered_map<std::string, const StoredTensor*> tensors;
};

/// Throws std::runtime_error, with the first names of the file and those that were looked for, if it speaks no dialect.
PublishedFile recognise(const Safetensors& file);

/// A name without "vit." at its beginning, as in the files of bare backbones.
std::string without_prefix(const std::string& name);

/// The names that this file has for one of our tensors. If it has none, those of the first spelling; nothing if its
/// dialect has no such tensor.
Spelling spelling_in(const PublishedFile& file, const std::string& name);

/// The tensor of this very name; nullptr: the file has none.
const StoredTensor* find(const PublishedFile& file, const std::string& file_name);

/// Does the file have one of our tensors, or a part of it?
bool has(const PublishedFile& file, const std::string& name);

/// Throws std::runtime_error: "FILE: torchvision (by conv_proj.weight): ...".
template <class... Values>
[[noreturn]] void fail(const PublishedFile& file, fmt::format_string<Values...> message, Values&&... values) {
    throw std::runtime_error(fmt::format("{}: {} (by {}): {}", file.path, name_of(file.dialect), file.recognised_by,
                                         fmt::format(message, std::forward<Values>(values)...)));
}

/// "a, b, c and 4 more": the first three names, fit to be printed.
std::string first_of(const std::vector<std::string>& names);

}  // namespace vit
