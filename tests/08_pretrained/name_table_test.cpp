#include "08_pretrained/name_table.h"

#include <fmt/ranges.h>

#include <set>

#include "06_vit_head/vit.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// The names of a model of 12 blocks in the spelling of a dialect that has this number.
std::set<std::string> names_at_depth_12(Dialect dialect, std::size_t spelling, VitConfig config = {}) {
    config.image_height = config.image_width = config.patch_size = config.channels = 1;
    config.width = config.heads = config.hidden = config.classes = 1;
    Vit model = make_vit(config);
    std::set<std::string> names;
    for (const Parameter& parameter : named_parameters(model)) {
        const std::vector<Spelling> spellings = translate(parameter.name, dialect);
        for (const std::string& name : spellings[std::min(spelling, spellings.size() - 1)]) names.insert(name);
    }
    return names;
}

/// What a whole file of twelve blocks has: `around`, and `block` with the number of the block for '#'; '*' is for
/// "weight" and "bias".
std::set<std::string> file_names(const std::vector<std::string>& around, const std::vector<std::string>& block) {
    const auto replaced = [](std::string text, const char* sign, const std::string& by) {
        const std::size_t place = text.find(sign);
        return place == std::string::npos ? text : text.replace(place, 1, by);
    };
    std::vector<std::string> patterns = around;
    for (std::size_t i = 0; i < 12; ++i) {
        for (const std::string& name : block) patterns.push_back(replaced(name, "#", std::to_string(i)));
    }
    std::set<std::string> names;
    for (const std::string& pattern : patterns) {
        for (const char* ending : {"weight", "bias"}) names.insert(replaced(pattern, "*", ending));
    }
    return names;
}

/// All spellings of a name, with " | " between them and ", " between the parts of one.
std::string spellings_of(const std::string& name, Dialect dialect) {
    std::string text;
    for (const Spelling& spelling : translate(name, dialect))
        text += fmt::format("{}{}", text.empty() ? "" : " | ", fmt::join(spelling, ", "));
    return text;
}

}  // namespace

TEST_CASE("the names of a ViT-B/16 are those of the file of each library") {
    CHECK(names_at_depth_12(Dialect::timm, 0) ==
          file_names({"cls_token", "pos_embed", "patch_embed.proj.*", "norm.*", "head.*"},
                     {"blocks.#.norm1.*", "blocks.#.attn.qkv.*", "blocks.#.attn.proj.*", "blocks.#.norm2.*",
                      "blocks.#.mlp.fc1.*", "blocks.#.mlp.fc2.*"}));
    const std::string torchvision = "encoder.layers.encoder_layer_#.";
    const std::vector<std::string> around{"class_token", "encoder.pos_embedding", "conv_proj.*", "encoder.ln.*",
                                          "heads.head.*"};
    CHECK(names_at_depth_12(Dialect::torchvision, 0) ==
          file_names(around, {torchvision + "ln_1.*", torchvision + "self_attention.in_proj_*",
                              torchvision + "self_attention.out_proj.*", torchvision + "ln_2.*",
                              torchvision + "mlp.0.*", torchvision + "mlp.3.*"}));
    CHECK(names_at_depth_12(Dialect::torchvision, 1) ==
          file_names(around, {torchvision + "ln_1.*", torchvision + "self_attention.in_proj_*",
                              torchvision + "self_attention.out_proj.*", torchvision + "ln_2.*",
                              torchvision + "mlp.linear_1.*", torchvision + "mlp.linear_2.*"}));
    const std::string hugging_face = "vit.encoder.layer.#.";
    CHECK(names_at_depth_12(Dialect::hugging_face, 0) ==
          file_names({"vit.embeddings.cls_token", "vit.embeddings.position_embeddings",
                      "vit.embeddings.patch_embeddings.projection.*", "vit.layernorm.*", "classifier.*"},
                     {hugging_face + "layernorm_before.*", hugging_face + "attention.attention.query.*",
                      hugging_face + "attention.attention.key.*", hugging_face + "attention.attention.value.*",
                      hugging_face + "attention.output.dense.*", hugging_face + "layernorm_after.*",
                      hugging_face + "intermediate.dense.*", hugging_face + "output.dense.*"}));
    CHECK(names_at_depth_12(Dialect::timm, 0).size() == 152);
    CHECK(names_at_depth_12(Dialect::torchvision, 0).size() == 152);
    CHECK(names_at_depth_12(Dialect::torchvision, 1).size() == 152);
    CHECK(names_at_depth_12(Dialect::hugging_face, 0).size() == 200);
}

TEST_CASE("the names of vit-pytorch, of today and before 1.0") {
    const std::string block = "transformer.layers.#.";
    CHECK(names_at_depth_12(Dialect::vit_pytorch, 0, {.patch_norm = true, .qkv_bias = false}) ==
          file_names({"cls_token", "pos_embedding", "to_patch_embedding.1.*", "to_patch_embedding.2.*",
                      "to_patch_embedding.3.*", "transformer.norm.*", "mlp_head.*"},
                     {block + "0.norm.*", block + "0.to_qkv.weight", block + "0.to_out.0.*", block + "1.net.0.*",
                      block + "1.net.1.*", block + "1.net.4.*"}));
    CHECK(names_at_depth_12(Dialect::vit_pytorch, 1, {.qkv_bias = false}) ==
          file_names({"cls_token", "pos_embedding", "to_patch_embedding.1.*", "mlp_head.0.*", "mlp_head.1.*"},
                     {block + "0.norm.*", block + "0.fn.to_qkv.weight", block + "0.fn.to_out.0.*", block + "1.norm.*",
                      block + "1.fn.net.0.*", block + "1.fn.net.3.*"}));
}

TEST_CASE("a name keeps its block and its ending; the parts of one tensor stay in order") {
    CHECK(spellings_of("blocks.10.norm1.bias", Dialect::torchvision) == "encoder.layers.encoder_layer_10.ln_1.bias");
    CHECK(spellings_of("blocks.3.attn.qkv.bias", Dialect::hugging_face) ==
          "vit.encoder.layer.3.attention.attention.query.bias, vit.encoder.layer.3.attention.attention.key.bias, "
          "vit.encoder.layer.3.attention.attention.value.bias");
    CHECK(spellings_of("norm.weight", Dialect::vit_pytorch) == "transformer.norm.weight | mlp_head.0.weight");
    CHECK(spellings_of("patch_embed.norm_in.weight", Dialect::torchvision) == "");
    CHECK(spellings_of("norm.bias", Dialect::timm) == "norm.bias | fc_norm.bias");
}

TEST_CASE("what is no name of ours has no translation") {
    for (const std::string name : {"blocks", "blocks.", "blocks.3", "blocks.3.norm3.weight", "norm", "weight", "",
                                   "blocks.3.norm1", "fc_norm.weight", "encoder.ln.weight"}) {
        CHECK(error_of<std::invalid_argument>([&] { translate(name, Dialect::torchvision); }) ==
              "translate: no model has a tensor " + name);
    }
}

TEST_CASE("the table has every tensor of a model once, in the model's order") {
    VitConfig config{.depth = 1, .patch_norm = true};
    config.image_height = config.image_width = config.patch_size = 1;
    config.width = config.heads = config.hidden = config.classes = 1;
    Vit model = make_vit(config);
    std::vector<std::string> names;
    for (const NameRow& row : name_table()) {
        const std::string name = std::string(row[Dialect::timm].substr(0, row[Dialect::timm].find(' ')));
        const std::size_t number = name.find('#');
        const std::string first =
            number == std::string::npos ? name : name.substr(0, number) + "0" + name.substr(number + 1);
        for (const char* ending : {"weight", "bias"}) {
            if (first.ends_with('*')) names.push_back(first.substr(0, first.size() - 1) + ending);
        }
        if (!first.ends_with('*')) names.push_back(first);
    }
    std::vector<std::string> expected;
    for (const Parameter& parameter : named_parameters(model)) expected.push_back(parameter.name);
    CHECK(names == expected);
}

}  // namespace vit
