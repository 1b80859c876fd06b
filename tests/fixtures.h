// What the tests of whole models read from PyTorch's files besides tensors.
#pragma once

#include "06_vit_head/vit_config.h"
#include "tests/testing.h"

namespace vit {

inline std::vector<std::size_t> labels_of(const Safetensors& file, const std::string& name) {
    std::vector<std::size_t> labels;
    for (Scalar label : file.at(name).values()) labels.push_back(static_cast<std::size_t>(label));
    return labels;
}

inline double number_of(const Safetensors& file, const std::string& name) {
    return std::stod(file.metadata.at(name));
}

/// The config of a vit_*.safetensors. Its metadata must have every option but these: PyTorch's model drops nothing and
/// knows no tiles, and whether there is an output projection shows in its parameters.
inline VitConfig config_of(const Safetensors& file) {
    const bool projects = std::any_of(file.tensors.begin(), file.tensors.end(), [](const StoredTensor& tensor) {
        return tensor.name == "parameters/blocks.0.attn.proj.weight";
    });
    std::map<std::string, std::string> texts = file.metadata;
    texts["attention_projection"] = projects ? "true" : "false";
    for (const char* name :
         {"attention_tile", "embedding_dropout", "attention_dropout", "projection_dropout", "mlp_dropout"})
        texts[name] = "0";
    VitConfig config;
    read_text(named_options(config), texts, file.path);
    return config;
}

}  // namespace vit
