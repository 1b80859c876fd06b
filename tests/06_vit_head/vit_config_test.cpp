#include "06_vit_head/vit_config.h"

#include "06_vit_head/vit.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// The error of making a model whose config was changed so.
template <class Change>
std::string error_with(const Change& change) {
    VitConfig config{.image_height = 6,
                     .image_width = 10,
                     .patch_size = 2,
                     .width = 12,
                     .depth = 1,
                     .heads = 3,
                     .hidden = 7,
                     .classes = 5};
    change(config);
    return error_of<std::invalid_argument>([&] { make_vit(config); });
}

}  // namespace

TEST_CASE("the paper's choices are the defaults, and the numbers of patches and tokens follow") {
    const VitConfig config;
    CHECK(config.patches() == 196);
    CHECK(config.tokens() == 197);
    const VitConfig wide{.image_height = 6, .image_width = 10, .patch_size = 2, .pooling = Pooling::mean};
    CHECK(wide.patches() == 15);
    CHECK(wide.tokens() == 15);
}

TEST_CASE("the published sizes") {
    const std::map<std::string, std::vector<std::size_t>> published{
        // P, D, L, A, F
        {"vit_tiny_patch16", {16, 192, 12, 3, 768}},     {"vit_small_patch16", {16, 384, 12, 6, 1536}},
        {"vit_base_patch16", {16, 768, 12, 12, 3072}},   {"vit_base_patch32", {32, 768, 12, 12, 3072}},
        {"vit_large_patch16", {16, 1024, 24, 16, 4096}}, {"vit_huge_patch14", {14, 1280, 32, 16, 5120}}};
    CHECK(vit_preset_names().size() == published.size());
    for (const auto& model : published) {
        INFO(model.first);
        const VitConfig c = vit_preset(model.first);
        CHECK(std::vector<std::size_t>{c.patch_size, c.width, c.depth, c.heads, c.hidden} == model.second);
        CHECK(std::vector<std::size_t>{c.image_height, c.image_width, c.channels, c.classes} ==
              std::vector<std::size_t>{224, 224, 3, 1000});
    }
}

TEST_CASE("the width of a published model says how many heads it has") {
    for (const std::string& name : vit_preset_names()) {
        INFO(name);
        CHECK(usual_heads(vit_preset(name).width) == vit_preset(name).heads);
    }
    CHECK(usual_heads(960) == 15);
    CHECK(usual_heads(1408) == 16);
    CHECK(usual_heads(72) == 0);
}

TEST_CASE("every option can be written as text and read again") {
    VitConfig config{.image_height = 6,
                     .image_width = 10,
                     .channels = 2,
                     .patch_size = 1,
                     .width = 12,
                     .depth = 4,
                     .heads = 3,
                     .head_width = 5,
                     .hidden = 7,
                     .classes = 8,
                     .patch_order = PatchOrder::p1_p2_c,
                     .patch_norm = true,
                     .qkv_bias = false,
                     .attention_projection = false,
                     .attention_tile = 9,
                     .pooling = Pooling::mean,
                     .final_norm = FinalNorm::after_pooling,
                     .eps = 0.01,
                     .gelu = Gelu::sigmoid,
                     .embedding_dropout = 0.1,
                     .attention_dropout = 0.2,
                     .projection_dropout = 0.3,
                     .mlp_dropout = 0.4};
    const std::map<std::string, std::string> texts = to_text(named_options(config));
    VitConfig other;
    const std::map<std::string, std::string> defaults = to_text(named_options(other));
    for (const auto& option : texts) {
        INFO(option.first);
        CHECK(option.second != defaults.at(option.first));
    }
    read_text(named_options(other), texts, "config.json");
    CHECK(to_text(named_options(other)) == texts);
    CHECK(other.gelu == Gelu::sigmoid);
    CHECK(other.embedding_dropout == 0.1);
    CHECK(other.attention_dropout == 0.2);
    CHECK(other.projection_dropout == 0.3);
    CHECK(other.mlp_dropout == 0.4);
    CHECK(error_of<std::runtime_error>([&] {
              read_text(named_options(other), {{"image_height", "6.5"}}, "config.json");
          }) == "config.json: image_height: '6.5' is not a whole number from 0 to 1000000000");
}

TEST_CASE("every option that a block knows reaches it") {
    const BlockConfig block = block_config({.width = 12,
                                            .heads = 1,
                                            .head_width = 5,
                                            .hidden = 7,
                                            .qkv_bias = false,
                                            .attention_projection = false,
                                            .attention_tile = 9,
                                            .eps = 0.01,
                                            .gelu = Gelu::tanh,
                                            .attention_dropout = 0.2,
                                            .projection_dropout = 0.3,
                                            .mlp_dropout = 0.4});
    CHECK(block.attention.width == 12);
    CHECK(block.attention.heads == 1);
    CHECK(block.attention.head_width == 5);
    CHECK_FALSE(block.attention.qkv_bias);
    CHECK_FALSE(block.attention.projection);
    CHECK(block.attention.attend.tile == 9);
    CHECK(block.attention.attend.dropout == 0.2);
    CHECK(block.attention.projection_dropout == 0.3);
    CHECK(block.mlp.width == 12);
    CHECK(block.mlp.hidden == 7);
    CHECK(block.mlp.gelu == Gelu::tanh);
    CHECK(block.mlp.dropout == 0.4);
    CHECK(block.eps == 0.01);
}

TEST_CASE("a model that cannot be is refused, and the reason is named") {
    CHECK(error_with([](VitConfig&) {}) == "no error");
    CHECK(error_with([](VitConfig& c) { c.image_height = 7; }) ==
          "vit: image height 7 is not a multiple of patch size 2");
    CHECK(error_with([](VitConfig& c) { c.image_width = 9; }) ==
          "vit: image width 9 is not a multiple of patch size 2");
    CHECK(error_with([](VitConfig& c) { c.image_width = 0; }) ==
          "vit: image width 0 is not a multiple of patch size 2");
    CHECK(error_with([](VitConfig& c) { c.patch_size = 0; }) == "vit: the patch size must be at least 1, but it is 0");
    CHECK(error_with([](VitConfig& c) { c.channels = 0; }) ==
          "vit: the number of channels must be at least 1, but it is 0");
    CHECK(error_with([](VitConfig& c) { c.width = 0; }) == "vit: the width must be at least 1, but it is 0");
    CHECK(error_with([](VitConfig& c) { c.heads = 0; }) == "vit: the number of heads must be at least 1, but it is 0");
    CHECK(error_with([](VitConfig& c) { c.hidden = 0; }) ==
          "vit: the hidden width of the MLP must be at least 1, but it is 0");
    CHECK(error_with([](VitConfig& c) { c.classes = 0; }) ==
          "vit: the number of classes must be at least 1, but it is 0");
    CHECK(error_with([](VitConfig& c) { c.eps = -1; }) == "vit: eps must be at least 0, but it is -1");
    CHECK(error_with([](VitConfig& c) { c.heads = 5; }) ==
          "attention: 5 heads do not divide the width 12; choose another number of heads or give the head width");
    CHECK(error_with([](VitConfig& c) { c.attention_projection = false; }) ==
          "attention: the output projection can only be left out for one head of width D = 12, but there are 3 heads "
          "of width 4");
    for (double VitConfig::*dropout : {&VitConfig::embedding_dropout, &VitConfig::attention_dropout,
                                       &VitConfig::projection_dropout, &VitConfig::mlp_dropout}) {
        CHECK(error_with([&](VitConfig& c) { c.*dropout = 1; }) ==
              "vit: a dropout probability must be at least 0 and below 1, but one is 1");
        CHECK(error_with([&](VitConfig& c) { c.*dropout = -0.1; }) ==
              "vit: a dropout probability must be at least 0 and below 1, but one is -0.1");
    }
    CHECK(error_of<std::invalid_argument>([] { vit_preset("vit_base_patch8"); }) ==
          "there is no model 'vit_base_patch8'; there are vit_tiny_patch16, vit_small_patch16, vit_base_patch16, "
          "vit_base_patch32, "
          "vit_large_patch16, vit_huge_patch14");
}

}  // namespace vit
