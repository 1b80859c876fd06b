#include "06_vit_head/vit_config.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace vit {
namespace {

struct Preset {
    const char* name;
    std::size_t patch_size, width, depth, heads, hidden;
};

// Dosovitskiy et al. 2020, table 1; Ti and S: Touvron et al. 2021 (DeiT), table 1.
constexpr Preset presets[] = {
    {"vit_tiny_patch16", 16, 192, 12, 3, 768},     {"vit_small_patch16", 16, 384, 12, 6, 1536},
    {"vit_base_patch16", 16, 768, 12, 12, 3072},   {"vit_base_patch32", 32, 768, 12, 12, 3072},
    {"vit_large_patch16", 16, 1024, 24, 16, 4096}, {"vit_huge_patch14", 14, 1280, 32, 16, 5120},
};

}  // namespace

Options named_options(VitConfig& c) {
    return {
        option("image_height", c.image_height, "H, in pixels"),
        option("image_width", c.image_width, "W, in pixels"),
        option("channels", c.channels, "C, channels of an image"),
        option("patch_size", c.patch_size, "P, side of a patch in pixels"),
        option("width", c.width, "D, numbers in a token", {.most = 1'000'000}),
        option("depth", c.depth, "L, number of blocks", {.most = 1000}),
        option("heads", c.heads, "A, attention heads"),
        option("head_width", c.head_width, "K, width of a head; 0: D / A"),
        option("hidden", c.hidden, "F, hidden width of the MLP"),
        option("classes", c.classes, "Y, number of classes"),
        choice("patch_order", patch_order_names, c.patch_order, "order of the numbers in a patch vector"),
        option("patch_norm", c.patch_norm, "LayerNorms before and after the patch projection"),
        option("qkv_bias", c.qkv_bias, "a bias in the qkv Linear"),
        option("attention_projection", c.attention_projection, "an output projection after the heads"),
        option("attention_tile", c.attention_tile, "tokens in a tile of attention; 0: all at once"),
        choice("pooling", pooling_names, c.pooling, "which vector speaks for the image"),
        choice("final_norm", final_norm_names, c.final_norm, "where the last LayerNorm stands"),
        option("eps", c.eps, "in the root of every LayerNorm"),
        choice("gelu", gelu_names, c.gelu, "form of the GELU"),
        option("embedding_dropout", c.embedding_dropout, "dropout of the tokens after positions are added"),
        option("attention_dropout", c.attention_dropout, "dropout of the attention weights"),
        option("projection_dropout", c.projection_dropout, "dropout of the attention's output"),
        option("mlp_dropout", c.mlp_dropout, "dropout in the MLP, after the GELU and at its end"),
    };
}

VitConfig vit_preset(const std::string& name) {
    for (const Preset& preset : presets) {
        if (name != preset.name) continue;
        VitConfig config;
        config.patch_size = preset.patch_size;
        config.width = preset.width;
        config.depth = preset.depth;
        config.heads = preset.heads;
        config.hidden = preset.hidden;
        return config;
    }
    throw std::invalid_argument(
        fmt::format("there is no model '{}'; there are {}", name, fmt::join(vit_preset_names(), ", ")));
}

std::vector<std::string> vit_preset_names() {
    std::vector<std::string> names;
    for (const Preset& preset : presets) names.push_back(preset.name);
    return names;
}

std::size_t usual_heads(std::size_t numbers) {
    constexpr std::size_t usual_width = 64, most = 16;
    return numbers % usual_width == 0 ? std::min(numbers / usual_width, most) : 0;
}

void check(const VitConfig& c) {
    const auto require = [](bool holds, const std::string& message) {
        if (!holds) throw std::invalid_argument("vit: " + message);
    };
    const auto positive = [&](std::size_t size, const char* what) {
        require(size > 0, fmt::format("{} must be at least 1, but it is 0", what));
    };
    positive(c.channels, "the number of channels");
    positive(c.patch_size, "the patch size");
    positive(c.width, "the width");
    positive(c.heads, "the number of heads");
    positive(c.hidden, "the hidden width of the MLP");
    positive(c.classes, "the number of classes");
    const auto divides = [&](std::size_t size, const char* side) {
        require(size > 0 && size % c.patch_size == 0,
                fmt::format("image {} {} is not a multiple of patch size {}", side, size, c.patch_size));
    };
    divides(c.image_height, "height");
    divides(c.image_width, "width");
    for (double dropout : {c.embedding_dropout, c.attention_dropout, c.projection_dropout, c.mlp_dropout}) {
        require(dropout >= 0 && dropout < 1,
                fmt::format("a dropout probability must be at least 0 and below 1, but one is {}", dropout));
    }
    require(c.eps >= 0, fmt::format("eps must be at least 0, but it is {}", c.eps));
}

PatchEmbeddingConfig patch_embedding_config(const VitConfig& c) {
    return {.channels = c.channels, .patch_size = c.patch_size, .width = c.width, .order = c.patch_order};
}

BlockConfig block_config(const VitConfig& c) {
    return {.attention = {.width = c.width,
                          .heads = c.heads,
                          .head_width = c.head_width,
                          .qkv_bias = c.qkv_bias,
                          .projection = c.attention_projection,
                          .attend = {.dropout = c.attention_dropout, .tile = c.attention_tile},
                          .projection_dropout = c.projection_dropout},
            .mlp = {.width = c.width, .hidden = c.hidden, .gelu = c.gelu, .dropout = c.mlp_dropout},
            .eps = c.eps};
}

}  // namespace vit
