#include "08_pretrained/name_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

namespace vit {
namespace {

// #region name_table
constexpr NameRow table[] = {
    // {timm, torchvision, Hugging Face, vit-pytorch}
    {
        "cls_token",
        "class_token",
        "vit.embeddings.cls_token",
        "cls_token",
    },
    {
        "pos_embed",
        "encoder.pos_embedding",
        "vit.embeddings.position_embeddings",
        "pos_embedding",
    },
    {
        "patch_embed.proj.*",
        "conv_proj.*",
        "vit.embeddings.patch_embeddings.projection.*",
        "to_patch_embedding.2.* | to_patch_embedding.1.*",
    },
    // Not timm's: a variant, which vit-pytorch has made its default.
    {
        "patch_embed.norm_in.*",
        "",
        "",
        "to_patch_embedding.1.*",
    },
    {
        "patch_embed.norm_out.*",
        "",
        "",
        "to_patch_embedding.3.*",
    },

    {
        "blocks.#.norm1.*",
        "encoder.layers.encoder_layer_#.ln_1.*",
        "vit.encoder.layer.#.layernorm_before.*",
        "transformer.layers.#.0.norm.*",
    },
    {
        "blocks.#.attn.qkv.*",
        "encoder.layers.encoder_layer_#.self_attention.in_proj_*",
        "vit.encoder.layer.#.attention.attention.{query,key,value}.*",
        "transformer.layers.#.0.to_qkv.* | transformer.layers.#.0.fn.to_qkv.*",
    },
    {
        "blocks.#.attn.proj.*",
        "encoder.layers.encoder_layer_#.self_attention.out_proj.*",
        "vit.encoder.layer.#.attention.output.dense.*",
        "transformer.layers.#.0.to_out.0.* | transformer.layers.#.0.fn.to_out.0.*",
    },
    {
        "blocks.#.norm2.*",
        "encoder.layers.encoder_layer_#.ln_2.*",
        "vit.encoder.layer.#.layernorm_after.*",
        "transformer.layers.#.1.net.0.* | transformer.layers.#.1.norm.*",
    },
    {
        "blocks.#.mlp.fc1.*",
        "encoder.layers.encoder_layer_#.mlp.0.* | encoder.layers.encoder_layer_#.mlp.linear_1.*",
        "vit.encoder.layer.#.intermediate.dense.*",
        "transformer.layers.#.1.net.1.* | transformer.layers.#.1.fn.net.0.*",
    },
    {
        "blocks.#.mlp.fc2.*",
        "encoder.layers.encoder_layer_#.mlp.3.* | encoder.layers.encoder_layer_#.mlp.linear_2.*",
        "vit.encoder.layer.#.output.dense.*",
        "transformer.layers.#.1.net.4.* | transformer.layers.#.1.fn.net.3.*",
    },

    // The second spelling, here and in vit-pytorch's cell: the norm stands behind the pooling.
    {
        "norm.* | fc_norm.*",
        "encoder.ln.*",
        "vit.layernorm.*",
        "transformer.norm.* | mlp_head.0.*",
    },
    {
        "head.*",
        "heads.head.*",
        "classifier.*",
        "mlp_head.* | mlp_head.1.*",
    },
};
// #endregion

/// "blocks.3.norm1.bias" as "blocks.#.norm1.*", "3" and "bias".
struct Pattern {
    std::string text, number, ending;
};

Pattern pattern_of(const std::string& name) {
    Pattern pattern{name, "", ""};
    const std::string blocks = "blocks.";
    if (name.starts_with(blocks)) {
        const std::size_t end = std::min(name.find('.', blocks.size()), name.size());
        pattern.number = name.substr(blocks.size(), end - blocks.size());
        pattern.text = blocks + "#" + name.substr(end);
    }
    const std::size_t dot = pattern.text.rfind('.');
    const std::string last = pattern.text.substr(dot + 1);  // the whole text if there is no dot
    if (last == "weight" || last == "bias") {
        pattern.ending = last;
        pattern.text = pattern.text.substr(0, dot + 1) + "*";
    }
    return pattern;
}

/// "a.{b,c}.d" as "a.b.d" and "a.c.d"; a text without brackets as itself.
Spelling parts_of(const std::string& text) {
    const std::size_t open = text.find('{'), close = text.find('}');
    if (open == std::string::npos) return {text};
    Spelling parts;
    for (std::size_t begin = open + 1; begin <= close;) {
        const std::size_t end = std::min(text.find(',', begin), close);
        parts.push_back(text.substr(0, open) + text.substr(begin, end - begin) + text.substr(close + 1));
        begin = end + 1;
    }
    return parts;
}

/// The spellings in a cell.
std::vector<Spelling> spellings_in(std::string_view cell) {
    constexpr std::string_view between = " | ";
    std::vector<Spelling> spellings;
    while (!cell.empty()) {
        const std::size_t end = std::min(cell.find(between), cell.size());
        spellings.push_back(parts_of(std::string(cell.substr(0, end))));
        cell.remove_prefix(std::min(end + between.size(), cell.size()));
    }
    return spellings;
}

/// The text with a replacement for a sign, if the sign is there.
std::string filled_in(const std::string& text, char sign, const std::string& replacement) {
    const std::size_t place = text.find(sign);
    return place == std::string::npos ? text : text.substr(0, place) + replacement + text.substr(place + 1);
}

}  // namespace

std::string name_of(Dialect dialect) {
    constexpr std::array names{"timm", "torchvision", "Hugging Face", "vit-pytorch"};
    return names[static_cast<std::size_t>(dialect)];
}

std::span<const NameRow> name_table() {
    return table;
}

// #region exercise 8.1 translate (medium, 15 minutes)
std::vector<Spelling> translate(const std::string& name, Dialect dialect) {
    // 1. Take the name apart: "blocks.3.norm1.bias" is the pattern "blocks.#.norm1.*" with "3" and "bias".
    const Pattern pattern = pattern_of(name);
    // 2. Find its row: the one whose cell for timm begins with the pattern as a spelling.
    const auto row = std::ranges::find_if(
        table, [&](const NameRow& r) { return spellings_in(r[Dialect::timm]).front().front() == pattern.text; });
    if (row == std::end(table)) throw std::invalid_argument(fmt::format("translate: no model has a tensor {}", name));
    // 3. Put number and ending back, in every name of the dialect's cell.
    std::vector<Spelling> spellings = spellings_in((*row)[dialect]);
    for (Spelling& spelling : spellings) {
        for (std::string& part : spelling) part = filled_in(filled_in(part, '#', pattern.number), '*', pattern.ending);
    }
    return spellings;
}
// #endregion

}  // namespace vit
