// What the tests of chapter 7 read from PyTorch's files besides tensors.
#pragma once

#include "06_vit_head/vit.h"
#include "07_training/cross_entropy.h"
#include "tests/testing.h"

namespace vit {

inline Labels labels_of(const Safetensors& file, const std::string& name) {
    Labels labels;
    for (Scalar label : file.at(name).values) labels.push_back(static_cast<std::size_t>(label));
    return labels;
}

inline double number_of(const Safetensors& file, const std::string& name) {
    return std::stod(file.metadata.at(name));
}

/// The config in the metadata of a vit_*.safetensors. It leaves out what it has not got: dropout is off, and one head
/// of width D has no output projection.
inline VitConfig config_of(const Safetensors& file) {
    VitConfig config;
    for (const Option& option : named_options(config)) {
        if (file.metadata.contains(option.name)) option.read(file.metadata.at(option.name));
    }
    config.attention_projection = config.heads != 1 || config.head_width != config.width;
    return config;
}

}  // namespace vit
