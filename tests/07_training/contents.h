// The contents of a weight file, to be changed.
#pragma once

#include "common/files/safetensors.h"

namespace vit {

/// What is in a file, to be changed and written again.
struct Contents {
    struct Tensor {
        std::string name;
        Shape shape;
        std::vector<Scalar> values;
    };
    std::vector<Tensor> tensors;
    std::map<std::string, std::string> metadata;
};

inline Contents contents_of(const std::string& path) {
    const Safetensors file = load_safetensors(path);
    Contents contents{{}, file.metadata};
    for (const StoredTensor& tensor : file.tensors)
        contents.tensors.push_back({tensor.name, tensor.shape, tensor.values()});
    return contents;
}

inline void save(const std::string& path, Contents contents) {
    Parameters tensors;
    for (auto& [name, shape, values] : contents.tensors) tensors.push_back({name, shape, values});
    save_safetensors(path, tensors, contents.metadata);
}

}  // namespace vit
