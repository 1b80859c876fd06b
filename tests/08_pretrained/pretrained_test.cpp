#include "08_pretrained/pretrained.h"

#include "08_pretrained/library_defaults.h"

#include "08_pretrained/save_pretrained.h"
#include "common/files/files.h"
#include "tests/07_training/small_run.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// A tensor of a file that is to be changed.
struct OwnTensor {
    std::string name;
    Shape shape;
    std::vector<Scalar> numbers;
};

/// The sizes of a model whose heads need not be given, all different.
VitConfig config_for(Dialect dialect) {
    VitConfig config{.image_height = 6,
                     .image_width = 6,
                     .patch_size = 2,
                     .width = 8,
                     .depth = 3,
                     .heads = 2,
                     .head_width = 64,
                     .hidden = 11,
                     .classes = 5,
                     .eps = eps_of(dialect)};
    config.patch_norm = dialect == Dialect::vit_pytorch;
    config.qkv_bias = dialect != Dialect::vit_pytorch;
    return config;
}

Vit random_model(const VitConfig& config) {
    Rng rng(5);
    Vit model = make_vit(config);
    fill_random(named_parameters(model), rng);
    return model;
}

/// The tensors of a small model's file.
std::vector<OwnTensor> tensors_in(Dialect dialect) {
    const TemporaryFolder folder;
    save_pretrained(folder.file("x"), random_model(config_for(dialect)), dialect);
    std::vector<OwnTensor> tensors;
    for (const StoredTensor& tensor : load_safetensors(folder.file("x")).tensors) {
        const Numbers stored = numbers(tensor);
        tensors.push_back({tensor.name, stored.shape, {stored.values.begin(), stored.values.end()}});
    }
    return tensors;
}

OwnTensor& tensor_named(std::vector<OwnTensor>& tensors, const std::string& name) {
    const auto found = std::ranges::find(tensors, name, &OwnTensor::name);
    REQUIRE(found != tensors.end());
    return *found;
}

/// Gives a tensor another shape, and as many zeros as that has.
void reshape(std::vector<OwnTensor>& tensors, const std::string& name, const Shape& shape) {
    OwnTensor& tensor = tensor_named(tensors, name);
    tensor.shape = shape;
    tensor.numbers.assign(element_count(shape), 0);
}

void take_out(std::vector<OwnTensor>& tensors, const std::string& name) {
    std::erase_if(tensors, [&](const OwnTensor& tensor) { return tensor.name == name; });
}

void save(const std::string& path, std::vector<OwnTensor>& tensors) {
    Parameters parameters;
    for (OwnTensor& tensor : tensors) parameters.push_back({tensor.name, tensor.shape, tensor.numbers});
    save_safetensors(path, parameters);
}

Pretrained load(std::vector<OwnTensor>& tensors, const PretrainedOptions& options = {}) {
    const TemporaryFolder folder;
    save(folder.file("x"), tensors);
    return load_pretrained(folder.file("x"), options);
}

/// The error of loading a dialect's file after a change; without the file's name.
template <class Change>
std::string error_with(Dialect dialect, const Change& change, const PretrainedOptions& options = {}) {
    const TemporaryFolder folder;
    std::vector<OwnTensor> tensors = tensors_in(dialect);
    change(tensors);
    save(folder.file("x"), tensors);
    const std::string error = error_of<std::runtime_error>([&] { load_pretrained(folder.file("x"), options); });
    const std::string name = folder.file("x") + ": ";
    return error.starts_with(name) ? error.substr(name.size()) : "not named: " + error;
}

const std::string timm = "timm (by patch_embed.proj.weight): ", torchvision = "torchvision (by conv_proj.weight): ",
                  hugging_face = "Hugging Face (by vit.embeddings.patch_embeddings.projection.weight): ",
                  vit_pytorch = "vit-pytorch (by to_patch_embedding.2.weight): ";

using Tensors = std::vector<OwnTensor>;

}  // namespace

TEST_CASE("what is written in a dialect is read from it: all sizes, every number") {
    for (const Dialect dialect : dialects) {
        INFO(name_of(dialect));
        Vit model = random_model(config_for(dialect));
        Tensors tensors = tensors_in(dialect);
        Pretrained read = load(tensors);
        CHECK(read.dialect == dialect);
        CHECK(read.has_head);
        CHECK(to_text(named_options(read.model.config)) == to_text(named_options(model.config)));
        CHECK(same(named_parameters(read.model), named_parameters(model)));
    }
}

TEST_CASE("vit-pytorch of today: class token and positions have no axis of size 1") {
    const TemporaryFolder folder;
    save_pretrained(folder.file("x"), random_model(config_for(Dialect::vit_pytorch)), Dialect::vit_pytorch);
    const Safetensors file = load_safetensors(folder.file("x"));
    CHECK(file.at("cls_token").shape == Shape{1, 8});
    CHECK(file.at("pos_embedding").shape == Shape{10, 8});
}

TEST_CASE("vit-pytorch before 1.0: without patch norms, the last norm behind the pooling") {
    VitConfig config = config_for(Dialect::vit_pytorch);
    config.patch_norm = false;
    Vit model = random_model(config);
    const TemporaryFolder folder;
    save_pretrained(folder.file("x"), model, Dialect::vit_pytorch);
    CHECK(load_safetensors(folder.file("x")).at("mlp_head.0.weight").shape == Shape{8});
    CHECK(load_safetensors(folder.file("x")).at("pos_embedding").shape == Shape{1, 10, 8});
    Pretrained read = load_pretrained(folder.file("x"));
    CHECK(read.recognised_by == "to_patch_embedding.1.weight");
    CHECK(read.model.config.final_norm == FinalNorm::after_pooling);
    CHECK_FALSE(read.model.config.patch_norm);
    CHECK(same(named_parameters(read.model), named_parameters(model)));
}

TEST_CASE("a model with another order of patch vectors is written as a convolution, and computes the same") {
    VitConfig config = config_for(Dialect::timm);
    config.patch_order = PatchOrder::p1_p2_c;
    config.patch_norm = true;
    Vit model = random_model(config);
    const TemporaryFolder folder;
    save_pretrained(folder.file("x"), model);
    CHECK(load_safetensors(folder.file("x")).at("patch_embed.proj.weight").shape == Shape{8, 3, 2, 2});
    const Pretrained read = load_pretrained(folder.file("x"));
    CHECK(read.model.config.patch_order == PatchOrder::c_p1_p2);
    Rng rng(6);
    const Tensor<4> images = rng.normal_tensor<4>({2, 3, 6, 6});
    VitCache cache;
    CHECK(same(vit_forward(read.model, images, cache), vit_forward(model, images, cache), "BY", 1e-12));
}

TEST_CASE("the metadata of a file of this project say what shapes cannot: heads, eps, GELU, pooling, image size") {
    const VitConfig config{.image_height = 4,
                           .image_width = 6,
                           .channels = 2,
                           .patch_size = 2,
                           .width = 12,
                           .depth = 1,
                           .heads = 3,
                           .hidden = 7,
                           .classes = 5,
                           .pooling = Pooling::mean_with_class_token,
                           .final_norm = FinalNorm::after_pooling,
                           .eps = 0.01,
                           .gelu = Gelu::tanh};
    Vit model = random_model(config);
    const TemporaryFolder folder;
    save_pretrained(folder.file("x"), model);
    Pretrained read = load_pretrained(folder.file("x"));
    CHECK(to_text(named_options(read.model.config)) == to_text(named_options(model.config)));
    CHECK(same(named_parameters(read.model), named_parameters(model)));
}

TEST_CASE("options that say something else than the file are refused") {
    const TemporaryFolder folder;
    save_pretrained(folder.file("x"), random_model(config_for(Dialect::timm)));
    const auto error = [&](const PretrainedOptions& options) {
        return error_of<std::runtime_error>([&] { load_pretrained(folder.file("x"), options); });
    };
    const std::string x = folder.file("x") + ": " + timm;
    CHECK(error({.heads = 2, .image_height = 6, .image_width = 6, .channels = 3}) == "no error");
    CHECK(error({.heads = 4}) == x + "--heads is 4, but the file says 2");
    CHECK(error({.channels = 1}) == x + "--channels is 1, but the file says 3");
    CHECK(error({.image_height = 12, .image_width = 6}) ==
          x + "--positions-for: the height is 12, but the file says 6");
    CHECK(error({.pooling = Pooling::class_token, .gelu = Gelu::erf, .eps = 1e-6}) == "no error");
    CHECK(error({.pooling = Pooling::mean_with_class_token}) ==
          x + "--pooling is given, but the file says class_token");
    CHECK(error({.gelu = Gelu::sigmoid}) == x + "--gelu is given, but the file says erf");
    CHECK(error({.eps = 0.5}) == x + "--eps is given, but the file says 1e-06");
    CHECK(error({.image_height = 6, .image_width = 8}) == x + "--positions-for: the width is 8, but the file says 6");
}

TEST_CASE("whole numbers are no weights") {
    const TemporaryFolder folder;
    save_pretrained(folder.file("x"), random_model(config_for(Dialect::torchvision)), Dialect::torchvision);
    std::string bytes = read_file(folder.file("x"));
    for (std::size_t at; (at = bytes.find(sizeof(Scalar) == 4 ? "\"F32\"" : "\"F64\"")) != std::string::npos;)
        bytes[at + 1] = 'I';
    write_file(folder.file("x"), bytes);
    CHECK(error_of<std::runtime_error>([&] { load_pretrained(folder.file("x")); }) ==
          folder.file("x") + ": tensor class_token has the dtype " + (sizeof(Scalar) == 4 ? "I32" : "I64") +
              "; weights are F64, F32, F16 or BF16");
}

TEST_CASE("metadata that make no model are refused by the file's name") {
    const TemporaryFolder folder;
    Vit model = random_model(config_for(Dialect::timm));
    const auto error = [&](const std::string& option, const std::string& text) {
        std::map<std::string, std::string> texts;
        for (const auto& [name, value] : to_text(named_options(model.config))) texts["model." + name] = value;
        texts["model." + option] = text;
        save_safetensors(folder.file("x"), named_parameters(model), texts);
        return error_of<std::runtime_error>([&] { load_pretrained(folder.file("x")); });
    };
    const std::string x = folder.file("x") + ": ";
    CHECK(error("heads", "2") == "no error");
    CHECK(error("heads", "two") == x + "model.heads: 'two' is not a whole number from 0 to 1000000000");
    CHECK(error("mlp_dropout", "2").starts_with(x + timm + "vit: a dropout probability must be"));
    CHECK(error("patch_size", "0") == x + timm + "vit: the patch size must be at least 1, but it is 0");
    CHECK(error("patch_size", "3") == x + timm + "pos_embed has shape (1, 10, 8), expected (1, 5, 8)");
    CHECK(error("hidden", "12") == x + timm + "blocks.0.mlp.fc1.weight has shape (11, 8), expected (12, 8)");
    CHECK(error("depth", "2").starts_with(x + timm + "left over: blocks.2.norm1.weight, "));
    CHECK(error("head_width", "1000000000") == x + timm + "a size is 1000000000; at most 1000000 can be read");
    CHECK(error("heads", "1000000") == x + timm + "a size is 64000000; at most 1000000 can be read");
}

TEST_CASE("what 07_training writes is read: a model, and a state with AdamW's moments") {
    const TemporaryFolder folder;
    Training t = start_training(small_config(), small_model());
    save_model(folder.file("best"), t);
    save_state(folder.file("last"), t);
    for (const char* file : {"best", "last"}) {
        Pretrained read = load_pretrained(folder.file(file));
        CHECK(read.dialect == Dialect::timm);
        CHECK(same(named_parameters(read.model), named_parameters(t.model)));
    }
}

TEST_CASE("a library that has no name for a tensor does not get it") {
    const TemporaryFolder folder;
    VitConfig config = config_for(Dialect::timm);
    config.patch_norm = true;
    const auto error = [&](Dialect dialect) {
        return error_of<std::invalid_argument>(
            [&] { save_pretrained(folder.file("x"), random_model(config), dialect); });
    };
    CHECK(error(Dialect::torchvision) == "save_pretrained: a model of torchvision has no patch_embed.norm_in.weight");
    CHECK(error(Dialect::hugging_face) == "save_pretrained: a model of Hugging Face has no patch_embed.norm_in.weight");
}

TEST_CASE("vit-pytorch's qkv has no bias, so a model with one is not written for it") {
    const TemporaryFolder folder;
    VitConfig config = config_for(Dialect::vit_pytorch);
    config.qkv_bias = true;
    CHECK(error_of<std::invalid_argument>([&] {
              save_pretrained(folder.file("x"), random_model(config), Dialect::vit_pytorch);
          }) == "save_pretrained: a model of vit-pytorch has no bias in qkv");
}

TEST_CASE("weights are written and read in half the bytes, in every dialect") {
    const TemporaryFolder folder;
    for (const Dialect dialect : dialects) {
        CAPTURE(name_of(dialect));
        Vit model = random_model(config_for(dialect));
        for (const Parameter& parameter : named_parameters(model)) {
            for (Scalar& number : parameter.values) number = std::round(16 * number) / 16;  // BF16 has 8 bits of it
        }
        save_pretrained(folder.file("x"), model, dialect, {}, "BF16");
        for (const StoredTensor& tensor : load_safetensors(folder.file("x")).tensors) CHECK(tensor.dtype == "BF16");
        Pretrained read = load_pretrained(folder.file("x"), {.heads = model.config.heads});
        CHECK(same(named_parameters(read.model), named_parameters(model)));
    }
}

TEST_CASE("a file without a head gives a model with a zero head of the classes asked for") {
    Tensors tensors = tensors_in(Dialect::torchvision);
    take_out(tensors, "heads.head.weight");
    take_out(tensors, "heads.head.bias");
    const Pretrained read = load(tensors, {.classes = 4});
    CHECK_FALSE(read.has_head);
    CHECK(same(read.model.head.weight, zeros<2>({4, 8}), "YD"));
    CHECK(read.model.config.classes == 4);
    CHECK(load(tensors).model.config.classes == 1);

    // Half a head is a damaged one.
    CHECK(error_with(Dialect::torchvision, [](Tensors& x) { take_out(x, "heads.head.bias"); }) ==
          torchvision + "missing: heads.head.bias");
}

TEST_CASE("Hugging Face's bare backbones, and their pooler") {
    Tensors tensors = tensors_in(Dialect::hugging_face);
    std::erase_if(tensors, [](const OwnTensor& tensor) { return tensor.name.starts_with("classifier"); });
    for (OwnTensor& tensor : tensors) tensor.name = without_prefix(tensor.name);
    tensors.push_back({"pooler.dense.weight", {8, 8}, std::vector<Scalar>(64)});
    const Pretrained read = load(tensors);
    CHECK(read.recognised_by == "embeddings.patch_embeddings.projection.weight");
    CHECK_FALSE(read.has_head);
    CHECK(same(read.model.norm.weight, random_model(config_for(Dialect::timm)).norm.weight, "D"));

    take_out(tensors, "encoder.layer.1.output.dense.bias");
    const TemporaryFolder folder;
    save(folder.file("x"), tensors);
    CHECK(error_of<std::runtime_error>([&] { load_pretrained(folder.file("x")); }) ==
          folder.file("x") +
              ": Hugging Face (by embeddings.patch_embeddings.projection.weight): missing: encoder.layer.1.output."
              "dense.bias");
    CHECK(error_with(Dialect::timm, [](Tensors& x) {
              x.push_back({"pooler.dense.bias", {1}, {0}});
          }) == timm + "left over: pooler.dense.bias");
}

TEST_CASE("a file in no dialect: what it has, and what was looked for") {
    const std::string looked_for =
        "looked for were patch_embed.proj.weight (timm), conv_proj.weight (torchvision), "
        "vit.embeddings.patch_embeddings.projection.weight (Hugging Face), to_patch_embedding.2.weight (vit-pytorch), "
        "to_patch_embedding.1.weight (vit-pytorch)";
    CHECK(
        error_with(Dialect::timm,
                   [](Tensors& x) {
                       x = {{"a", {1}, {0}}, {"b\n", {1}, {0}}, {"c", {1}, {0}}, {"d", {1}, {0}}};
                   }) ==
        "these are no weights of a Vision Transformer in a dialect that is known here. It has the tensors a, b\\x0a, c "
        "and 1 more; " +
            looked_for);
    CHECK(error_with(Dialect::timm, [](Tensors& x) { x.clear(); }) ==
          "these are no weights of a Vision Transformer in a dialect that is known here. It has no tensors; " +
              looked_for);
}

TEST_CASE("tensors that are missing and tensors that are left over") {
    CHECK(error_with(Dialect::torchvision,
                     [](Tensors& x) {
                         std::erase_if(x,
                                       [](const OwnTensor& t) { return t.name.find("layer_1.mlp") < t.name.size(); });
                         take_out(x, "encoder.ln.weight");
                         x.push_back({"x\033[31m", {1}, {0}});
                     }) == torchvision +
                               "missing: encoder.layers.encoder_layer_1.mlp.0.weight, encoder.layers.encoder_layer_1."
                               "mlp.0.bias, encoder.layers.encoder_layer_1.mlp.3.weight and 2 more; left over: "
                               "x\\x1b[31m");
    CHECK(error_with(Dialect::timm, [](Tensors& x) { take_out(x, "pos_embed"); }) == timm + "missing: pos_embed");
    CHECK(error_with(Dialect::torchvision, [](Tensors& x) { take_out(x, "class_token"); }) ==
          torchvision + "missing: class_token");
    CHECK(error_with(Dialect::hugging_face, [](Tensors& x) {
              take_out(x, "vit.encoder.layer.2.attention.attention.key.weight");
          }) == hugging_face + "missing: vit.encoder.layer.2.attention.attention.key.weight");
    // A bias of qkv that only some blocks have; a block beyond a gap; a number that is none of a block's.
    CHECK(error_with(Dialect::timm, [](Tensors& x) { take_out(x, "blocks.0.attn.qkv.bias"); }) ==
          timm + "left over: blocks.1.attn.qkv.bias, blocks.2.attn.qkv.bias");
    CHECK(error_with(Dialect::timm, [](Tensors& x) {
              tensor_named(x, "blocks.2.norm1.weight").name = "blocks.4.norm1.weight";
          }).starts_with(timm + "missing: blocks.2.norm1.weight, blocks.3.norm1.weight, blocks.3.norm1.bias and "));
    CHECK(error_with(Dialect::timm, [](Tensors& x) {
              x.push_back({"blocks.999999999.norm1.weight", {1}, {0}});
          }) == timm + "left over: blocks.999999999.norm1.weight");
}

TEST_CASE("a tensor of the wrong shape is named with both shapes") {
    const auto error = [](Dialect dialect, const std::string& name, const Shape& shape) {
        return error_with(dialect, [&](Tensors& x) { reshape(x, name, shape); });
    };
    CHECK(error(Dialect::torchvision, "encoder.layers.encoder_layer_0.ln_1.weight", {7}) ==
          torchvision + "encoder.layers.encoder_layer_0.ln_1.weight has shape (7), expected (8)");
    CHECK(error(Dialect::hugging_face, "vit.encoder.layer.2.attention.attention.value.weight", {120, 8}) ==
          hugging_face + "vit.encoder.layer.2.attention.attention.value.weight has shape (120, 8), expected (128, 8)");
    CHECK(error(Dialect::vit_pytorch, "to_patch_embedding.1.weight", {11}) ==
          vit_pytorch + "to_patch_embedding.1.weight has shape (11), expected (12)");
    CHECK(error(Dialect::vit_pytorch, "pos_embedding", {2, 10, 8}) ==
          vit_pytorch + "pos_embedding has shape (2, 10, 8), expected (1, 10, 8)");
    CHECK(error(Dialect::timm, "pos_embed", {10, 8}) == timm + "pos_embed has shape (10, 8), expected (1, 10, 8)");
    CHECK(error(Dialect::timm, "blocks.1.mlp.fc1.weight", {8, 11}) ==
          timm + "blocks.1.mlp.fc1.weight has shape (8, 11), expected (11, 8)");

    // Those that say the sizes.
    CHECK(error(Dialect::timm, "patch_embed.proj.weight", {8, 12}) ==
          timm + "patch_embed.proj.weight has shape (8, 12), expected (D, C, P, P)");
    CHECK(error(Dialect::timm, "patch_embed.proj.weight", {8, 3, 2, 4}) ==
          timm + "patch_embed.proj.weight has shape (8, 3, 2, 4), expected (D, C, P, P)");
    CHECK(error(Dialect::vit_pytorch, "to_patch_embedding.2.weight", {8, 3, 2, 2}) ==
          vit_pytorch + "to_patch_embedding.2.weight has shape (8, 3, 2, 2), expected (D, P P C)");
    CHECK(error(Dialect::vit_pytorch, "to_patch_embedding.2.weight", {8, 13}) ==
          vit_pytorch +
              "a patch has 13 numbers, which are no square of pixels; give the number of channels: --channels");
    CHECK(error(Dialect::timm, "pos_embed", {8}) == timm + "pos_embed has shape (8), expected (1, T, D)");
    CHECK(error(Dialect::timm, "pos_embed", {1, 1, 8}) == timm + "pos_embed has shape (1, 1, 8), expected (1, T, D)");
    CHECK(error(Dialect::timm, "blocks.0.attn.qkv.weight", {128, 8}) ==
          timm + "blocks.0.attn.qkv.weight has shape (128, 8), expected (3 A K, D)");
    CHECK(error(Dialect::hugging_face, "vit.encoder.layer.0.attention.attention.query.weight", {128}) ==
          hugging_face + "vit.encoder.layer.0.attention.attention.query.weight has shape (128), expected (A K, D)");
    CHECK(error(Dialect::timm, "blocks.0.mlp.fc1.weight", {11}) ==
          timm + "blocks.0.mlp.fc1.weight has shape (11), expected (F, D)");
    CHECK(error(Dialect::timm, "head.weight", {5}) == timm + "head.weight has shape (5), expected (Y, D)");
    CHECK(error(Dialect::timm, "head.weight", {0, 8}) ==
          timm + "vit: the number of classes must be at least 1, but it is 0");
}

TEST_CASE("heads are as many as there are of 64 numbers, or as given") {
    Tensors tensors = tensors_in(Dialect::timm);
    CHECK(load(tensors).model.config.heads == 2);
    const VitConfig four = load(tensors, {.heads = 4}).model.config;
    CHECK(four.heads == 4);
    CHECK(four.head_width == 32);
    const auto error = [](std::size_t heads, std::size_t rows) {
        return error_with(Dialect::timm,
                          [&](Tensors& x) {
                              reshape(x, "blocks.0.attn.qkv.weight", {rows, 8});
                          },
                          {.heads = heads});
    };
    CHECK(error(3, 384) == timm + "the heads together have 128 numbers, which 3 heads cannot share");
    CHECK(error(0, 24) ==
          timm + "the heads together have 8 numbers, which are no heads of 64; give the number of heads: --heads");
    CHECK(error(0, 300) ==
          timm + "the heads together have 100 numbers, which are no heads of 64; give the number of heads: --heads");
}

TEST_CASE("wide models have 16 heads, as the paper's H: 16 of 80") {
    const auto heads_of = [](std::size_t AK) {
        Tensors tensors = tensors_in(Dialect::timm);
        for (const char* block : {"0", "1", "2"}) {
            const std::string attention = fmt::format("blocks.{}.attn.", block);
            reshape(tensors, attention + "qkv.weight", {3 * AK, 8});
            reshape(tensors, attention + "qkv.bias", {3 * AK});
            reshape(tensors, attention + "proj.weight", {8, AK});
        }
        const VitConfig config = load(tensors).model.config;
        CHECK(config.head_width == AK / config.heads);
        return config.heads;
    };
    CHECK(heads_of(1024) == 16);  // L
    CHECK(heads_of(1280) == 16);  // H
    CHECK(heads_of(1408) == 16);
    CHECK(heads_of(960) == 15);

    Tensors tensors = tensors_in(Dialect::vit_pytorch);  // its models say a head's width, not the number of heads
    for (const char* block : {"0", "1", "2"}) {
        reshape(tensors, fmt::format("transformer.layers.{}.0.to_qkv.weight", block), {3 * 1280, 8});
        reshape(tensors, fmt::format("transformer.layers.{}.0.to_out.0.weight", block), {8, 1280});
    }
    CHECK(load(tensors).model.config.heads == 20);
}

TEST_CASE("what no name tells may be said: the pooling and the GELU") {
    Tensors tensors = tensors_in(Dialect::timm);
    const VitConfig config =
        load(tensors, {.pooling = Pooling::mean_with_class_token, .gelu = Gelu::tanh, .eps = 0.125}).model.config;
    CHECK(config.pooling == Pooling::mean_with_class_token);
    CHECK(config.gelu == Gelu::tanh);
    CHECK(config.eps == 0.125);
    const auto unchanged = [](Tensors&) {};
    CHECK(error_with(Dialect::timm, unchanged, {.pooling = Pooling::mean}) ==
          timm + "there is a class token, so the pooling cannot be mean");
    CHECK(error_with(Dialect::timm,
                     [](Tensors& x) {
                         take_out(x, "cls_token");
                         reshape(x, "pos_embed", {1, 9, 8});
                     },
                     {.pooling = Pooling::class_token}) ==
          timm + "there is no class token, so the pooling cannot be class_token");
}

TEST_CASE("positions of the patches alone beside a class token are refused with a hint") {
    CHECK(error_with(Dialect::timm,
                     [](Tensors& x) {
                         reshape(x, "pos_embed", {1, 9, 8});
                     }) ==
          timm +
              "pos_embed has positions for 8 patches, which make no square; give the size of the images: "
              "--positions-for; but if these are 9 positions of patches and none of the class token, this project's "
              "model cannot have them");
}

TEST_CASE("patches that make no square need the image size") {
    const auto twelve_patches = [](Tensors& x) { reshape(x, "pos_embed", {1, 13, 8}); };
    CHECK(error_with(Dialect::timm, twelve_patches) == timm +
                                                           "pos_embed has positions for 12 patches, which make no "
                                                           "square; give the size of the images: --positions-for");
    Tensors tensors = tensors_in(Dialect::timm);
    twelve_patches(tensors);
    const VitConfig wide = load(tensors, {.image_height = 4, .image_width = 12}).model.config;
    CHECK(wide.image_height == 4);
    CHECK(wide.image_width == 12);
    const std::string wrong = "pos_embed has positions for 12 patches of 2 x 2 pixels, but the image size is ";
    CHECK(error_with(Dialect::timm, twelve_patches, {.image_height = 12, .image_width = 12}) ==
          timm + wrong + "12 x 12");
    CHECK(error_with(Dialect::timm, twelve_patches, {.image_height = 5, .image_width = 12}) == timm + wrong + "5 x 12");
    CHECK(error_with(Dialect::timm, twelve_patches, {.image_height = 0, .image_width = 0}) ==
          error_with(Dialect::timm, twelve_patches));
}

TEST_CASE("timm's mean of the patches beside a class token is refused") {
    CHECK(error_with(Dialect::timm,
                     [](Tensors& x) {
                         tensor_named(x, "norm.weight").name = "fc_norm.weight";
                         tensor_named(x, "norm.bias").name = "fc_norm.bias";
                     }) ==
          timm +
              "with fc_norm and cls_token the model takes the mean of the patches without the class token, "
              "which this project's model cannot");
}

TEST_CASE("sizes that need more memory than there is are refused before the model is made") {
    CHECK(error_with(Dialect::timm, [](Tensors& x) {
              reshape(x, "blocks.0.mlp.fc1.weight", {90'000'000, 0});
          }) == timm + "a size is 90000000; at most 1000000 can be read");
    CHECK(error_with(Dialect::timm, [](Tensors& x) {
              reshape(x, "blocks.0.mlp.fc1.weight", {1'000'000, 0});
              reshape(x, "patch_embed.proj.weight", {1'000'000, 0, 2, 2});
          }) == timm + "vit: the number of channels must be at least 1, but it is 0");
    CHECK(error_with(Dialect::timm, [](Tensors& x) {
              reshape(x, "blocks.0.mlp.fc1.weight", {1'000'000, 0});
          }).starts_with(timm + "the sizes are those of a model of 5.1e+07 numbers, but there are "));
}

TEST_CASE("weights that are no numbers are refused by the name that they have in the file") {
    CHECK(error_with(Dialect::timm, [](Tensors& tensors) { tensor_named(tensors, "norm.bias").numbers[3] = NAN; }) ==
          timm + "norm.bias has a number that is not finite");
    CHECK(error_with(Dialect::hugging_face, [](Tensors& tensors) {
              tensor_named(tensors, "vit.encoder.layer.1.attention.attention.key.weight").numbers[7] = INFINITY;
          }) == hugging_face + "vit.encoder.layer.1.attention.attention.key.weight has a number that is not finite");
}

}  // namespace vit
