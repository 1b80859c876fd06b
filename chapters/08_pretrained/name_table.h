// One model, four languages: how the libraries that publish Vision Transformers name the same tensors.
//
//     timm           blocks.3.attn.qkv.weight                                           (3D, D)
//     torchvision    encoder.layers.encoder_layer_3.self_attention.in_proj_weight       (3D, D)
//     Hugging Face   vit.encoder.layer.3.attention.attention.query.weight, ... .key.weight, ... .value.weight   (D, D)
//     vit-pytorch    transformer.layers.3.0.to_qkv.weight                               (3AK, D)
//
// The names of this project are timm's. To read the file of another library is to translate them, by the table in
// name_table.cpp.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vit {

enum class Dialect { timm, torchvision, hugging_face, vit_pytorch };
inline constexpr std::array dialects{Dialect::timm, Dialect::torchvision, Dialect::hugging_face, Dialect::vit_pytorch};

/// Each as one word, for options.
inline const std::vector<std::string> dialect_words{"timm", "torchvision", "hugging_face", "vit_pytorch"};

/// "timm", "torchvision", "Hugging Face", "vit-pytorch".
std::string name_of(Dialect dialect);

/// One tensor of a model, or the same one of every block, with a cell for each dialect: '#' stands for the number of
/// the block, '*' for "weight" or "bias". {query,key,value} are three tensors that lie in ours one below the other.
/// What follows a '|' is an older spelling. An empty cell: the dialect has no such tensor.
struct NameRow {
    std::array<std::string_view, dialects.size()> cells;
    std::string_view operator[](Dialect dialect) const { return cells[static_cast<std::size_t>(dialect)]; }
};

/// The whole table, in the order of named_parameters(Vit).
std::span<const NameRow> name_table();

/// The names under which a file has one of our tensors: one, or those of the parts that lie in it one below the other.
using Spelling = std::vector<std::string>;

/// One of our names in the words of a dialect: "blocks.3.norm1.bias" in torchvision's is
/// {{"encoder.layers.encoder_layer_3.ln_1.bias"}}. The spelling of today comes first, older ones follow; none: the
/// dialect has no such tensor. Throws std::invalid_argument if the name is in no row of the table.
std::vector<Spelling> translate(const std::string& name, Dialect dialect);

}  // namespace vit
