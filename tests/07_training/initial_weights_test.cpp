#include "07_training/run/initial_weights.h"

#include <filesystem>

#include "07_training/frozen.h"
#include "07_training/run/report.h"
#include "tests/07_training/contents.h"
#include "tests/07_training/small_run.h"

namespace vit {
namespace {

/// A run whose every weight is random, with a normalisation that no images have.
Training run_before() {
    Training t = start_training(small_config(), small_model());
    Rng rng(9);
    fill_random(named_parameters(t.model), rng);
    t.normalisation = {{0.3}, {0.7}};
    return t;
}

/// A model as other programs write it: no metadata.
VitConfig published_model() {
    return {.image_height = 8,
            .image_width = 8,
            .channels = 1,
            .patch_size = 2,
            .width = 128,
            .depth = 3,
            .heads = 2,
            .hidden = 20,
            .classes = 5};
}

Vit random_model(const VitConfig& config) {
    Vit model = make_vit(config);
    Rng rng(5);
    fill_random(named_parameters(model), rng);
    return model;
}

/// A run on the digits, of which there are 12 classes here, that begins with a file.
Training begin(
    const std::string& path, const std::function<void(VitConfig&)>& change = [](VitConfig&) {}) {
    TrainConfig config = small_config();
    config.init = path;
    config.classes = 12;
    VitConfig model = small_model();
    read_model(path, model);
    change(model);
    return start_training(config, model);
}

/// The error of a run that begins with this file; without the file's name in front.
std::string begin_error(
    const std::string& path, const std::function<void(VitConfig&)>& change = [](VitConfig&) {}) {
    const std::string error = error_of<std::runtime_error>([&] { begin(path, change); });
    return error.starts_with(path + ": ") ? error.substr(path.size() + 2) : "not named: " + error;
}

/// The error after `change` was done to the file of a published model.
std::string error_after(const std::function<void(Contents&)>& change) {
    const TemporaryFolder folder;
    Vit model = random_model(published_model());
    save_safetensors(folder.file("before"), named_parameters(model));
    Contents file = contents_of(folder.file("before"));
    change(file);
    save(folder.file("after"), file);
    return begin_error(folder.file("after"));
}

Contents::Tensor& tensor_named(Contents& file, const std::string& name) {
    return *std::ranges::find(file.tensors, name, &Contents::Tensor::name);
}

void erase(Contents& file, const std::string& name) {
    std::erase_if(file.tensors, [&](const Contents::Tensor& tensor) { return tensor.name == name; });
}

}  // namespace

TEST_CASE("a run begins with another one's weights, all but the head, and with its normalisation and options") {
    const TemporaryFolder folder;
    Training before = run_before();
    save_model(folder.file("model"), before);
    save_state(folder.file("state"), before);
    for (const char* name : {"model", "state"}) {
        INFO(name);
        VitConfig model;
        read_model(folder.file(name), model);
        CHECK(to_text(named_options(model)) == to_text(named_options(before.model.config)));

        Training t = begin(folder.file(name));
        CHECK(same(backbone_parameters(t.model), backbone_parameters(before.model)));
        CHECK(same(t.model.head.weight, zeros<2>({12, 8}), "YD"));
        CHECK(same(t.model.head.bias, zeros<1>({12}), "Y"));
        CHECK(t.normalisation.mean == std::vector<double>{0.3});
        CHECK(t.normalisation.standard_deviation == std::vector<double>{0.7});
        CHECK(t.weights_note == fmt::format("begins with {}: 732 parameters of it, a new head of 108; pixels "
                                            "normalised as it says",
                                            folder.file(name)));
        CHECK(t.step() == 0);
    }
}

TEST_CASE("of a file without options the shapes say the sizes, and the images the normalisation") {
    const TemporaryFolder folder;
    Vit model = random_model(published_model());
    save_safetensors(folder.file("x"), named_parameters(model));
    VitConfig found{.heads = 7, .head_width = 3, .classes = 5, .mlp_dropout = 0.2};
    read_model(folder.file("x"), found);
    VitConfig expected = published_model();
    expected.mlp_dropout = 0.2;  // no shape says anything of it
    CHECK(to_text(named_options(found)) == to_text(named_options(expected)));

    Training t = begin(folder.file("x"));
    CHECK(same(backbone_parameters(t.model), backbone_parameters(model)));
    CHECK(t.normalisation.mean == measure_normalisation(t.train).mean);
    CHECK(t.weights_note.ends_with("a new head of 1,548; pixels normalised by these images"));

    save_safetensors(folder.file("x"), backbone_parameters(model));  // a file may have no head at all
    Training headless = begin(folder.file("x"));
    CHECK(same(backbone_parameters(headless.model), backbone_parameters(model)));
}

TEST_CASE("variants that add or leave out a tensor are seen") {
    const TemporaryFolder folder;
    for (const VitConfig& changed : {VitConfig{.patch_norm = true},
                                     {.qkv_bias = false},
                                     {.heads = 1, .head_width = 128, .attention_projection = false},
                                     {.pooling = Pooling::mean}}) {
        VitConfig config = published_model();
        config.patch_norm = changed.patch_norm;
        config.qkv_bias = changed.qkv_bias;
        config.attention_projection = changed.attention_projection;
        config.pooling = changed.pooling;
        if (!changed.attention_projection) config.heads = 1;
        Vit model = random_model(config);
        save_safetensors(folder.file("x"), named_parameters(model));
        VitConfig found;
        read_model(folder.file("x"), found);
        CHECK(found.patch_norm == config.patch_norm);
        CHECK(found.qkv_bias == config.qkv_bias);
        CHECK(found.attention_projection == config.attention_projection);
        CHECK(found.pooling == config.pooling);
        Training t = begin(folder.file("x"), [&](VitConfig& c) { c.heads = config.heads; });
        CHECK(same(backbone_parameters(t.model), backbone_parameters(model)));
    }
}

TEST_CASE("heads that the width does not say must be given") {
    const TemporaryFolder folder;
    VitConfig config = published_model();
    config.width = 72;
    config.heads = 3;
    Vit model = random_model(config);
    save_safetensors(folder.file("x"), named_parameters(model));
    CHECK(begin_error(folder.file("x")) ==
          "its shapes do not say how many heads there are, because the width 72 is no multiple of 64; give --heads");
    CHECK(begin(folder.file("x"), [](VitConfig& c) { c.heads = 3; }).model.encoder.blocks[0].attention.heads == 3);
    CHECK(begin_error(folder.file("x"), [](VitConfig& c) { c.heads = 5; }) ==
          "attention: 5 heads do not divide the width 72; choose another number of heads or give the head width");
}

TEST_CASE("of a file with too many blocks the first thousand are a model, and the others too many") {
    VitConfig config = published_model();
    config.width = config.heads = config.hidden = 1;
    config.depth = 1001;
    const TemporaryFolder folder;
    Vit model = random_model(config);
    save_safetensors(folder.file("x"), named_parameters(model));
    CHECK(begin_error(folder.file("x"), [](VitConfig& read) { read.heads = 1; }) ==
          "tensor blocks.1000.norm1.weight belongs to no parameter of this model");
}

TEST_CASE("weights for images of another size say which") {
    const TemporaryFolder folder;
    VitConfig config = published_model();
    config.image_height = config.image_width = 6;
    Vit square = random_model(config);
    save_safetensors(folder.file("x"), named_parameters(square));
    CHECK(begin_error(folder.file("x")) ==
          "its position embeddings are for images of 6 x 6 pixels, those of " DATA_FILES
          "/digits have 8 x 8; give --image-size 6 (08_pretrained shows how positions are resized)");

    // That a side is longer is known only of a checkpoint of 07_training; of another file, that it is no square.
    TrainConfig wide = small_config();
    wide.image_height = 8;
    wide.image_width = 12;
    Training before = start_training(wide, small_model());
    save_model(folder.file("wide"), before);
    CHECK(begin_error(folder.file("wide")) ==
          "its position embeddings are for images of 8 x 12 pixels, those of " DATA_FILES
          "/digits have 8 x 8; give --image-size 8x12 (08_pretrained shows how positions are resized)");
    config.image_width = 10;
    Vit oblong = random_model(config);
    save_safetensors(folder.file("x"), named_parameters(oblong));
    CHECK(begin_error(folder.file("x")) == "tensor pos_embed has shape (1, 16, 128), the model needs (1, 17, 128)");

    config.channels = 3;
    Vit coloured = random_model(config);
    save_safetensors(folder.file("x"), named_parameters(coloured));
    CHECK(begin_error(folder.file("x")) == "its weights are for images of 3 channels, those of " DATA_FILES
                                           "/digits have 1");
}

TEST_CASE("weights fit the size that the images get") {
    const TemporaryFolder folder;
    VitConfig config = published_model();
    config.image_height = config.image_width = 12;
    Vit model = random_model(config);
    save_safetensors(folder.file("x"), named_parameters(model));
    TrainConfig run = small_config();
    run.init = folder.file("x");
    run.image_height = run.image_width = 12;
    VitConfig found;
    read_model(run.init, found);
    Training t = start_training(run, found);
    CHECK(same(backbone_parameters(t.model), backbone_parameters(model)));
    CHECK(t.model.config.image_width == 12);
}

TEST_CASE("names of another library are told from a damaged file") {
    const auto renamed_to = [](const std::string& name) {
        return error_after([&](Contents& file) { tensor_named(file, "cls_token").name = name; });
    };
    const std::string torchvision = renamed_to("conv_proj.weight");
    CHECK(
        torchvision.starts_with("the tensor conv_proj.weight has the name that torchvision gives it; 08_pretrained "
                                "--weights "));
    CHECK(
        torchvision.ends_with("/after --save NEW.safetensors writes the file with the names that are used here, "
                              "timm's"));
    CHECK(renamed_to("vit.embeddings.cls_token")
              .starts_with("the tensor vit.embeddings.cls_token has the name that Hugging Face's"));
    CHECK(renamed_to("embeddings.cls_token")
              .starts_with("the tensor embeddings.cls_token has the name that Hugging Face's"));
    CHECK(renamed_to("transformer.layers.0.0.norm.weight")
              .starts_with("the tensor transformer.layers.0.0.norm.weight has the name that vit-pytorch gives it"));
    CHECK(renamed_to("transformer.layers.\033[31m").starts_with("the tensor transformer.layers.\\x1b[31m has"));
}

TEST_CASE("files that hold no such model are refused") {
    CHECK(error_after([](Contents&) {}) == "not named: no error");
    CHECK(error_after([](Contents& file) { erase(file, "patch_embed.proj.weight"); }) ==
          "tensor patch_embed.proj.weight is missing");
    CHECK(error_after([](Contents& file) { erase(file, "pos_embed"); }) == "tensor pos_embed is missing");
    CHECK(error_after([](Contents& file) { erase(file, "norm.bias"); }) == "tensor norm.bias is missing");
    CHECK(error_after([](Contents& file) { erase(file, "blocks.1.norm1.weight"); }) ==
          "tensor blocks.1.norm1.bias belongs to no parameter of this model");
    CHECK(error_after([](Contents& file) { tensor_named(file, "norm.bias").name = "fc_norm.bias"; }) ==
          "tensor norm.bias is missing");
    CHECK(error_after([](Contents& file) { tensor_named(file, "norm.bias").values[3] = NAN; }) ==
          "tensor norm.bias has a number that is not finite");
    CHECK(error_after([](Contents& file) {
              tensor_named(file, "patch_embed.proj.weight").shape = {128, 4};
          }) == "tensor patch_embed.proj.weight has shape (128, 4); it must have 4 axes");
    CHECK(error_after([](Contents& file) { tensor_named(file, "pos_embed").shape = {17 * 128}; }) ==
          "tensor pos_embed has shape (2176); it must have 3 axes");
    CHECK(error_after([](Contents& file) { tensor_named(file, "blocks.0.mlp.fc1.weight").shape = {20 * 128}; }) ==
          "tensor blocks.0.mlp.fc1.weight has shape (2560); it must have 2 axes");
    CHECK(error_after([](Contents& file) { file.metadata["normalisation.mean"] = "0.5"; }) ==
          "normalisation.standard_deviation is missing");
    CHECK(error_after([](Contents& file) {
              file.metadata["normalisation.mean"] = "0.5 0.5";
              file.metadata["normalisation.standard_deviation"] = "0.5 0.5";
          }) == "normalisation has 2 means and 2 standard deviations for 1 channels");
    CHECK(
        error_after([](Contents& file) {
            tensor_named(file, "patch_embed.proj.weight") = {"patch_embed.proj.weight", {64'000'000'000, 1, 2, 0}, {}};
        }).starts_with("the sizes are those of a model of "));
    CHECK(error_after([](Contents& file) {
              tensor_named(file, "patch_embed.proj.weight") = {"patch_embed.proj.weight", {128, 1, 0, 0}, {}};
          }) == "vit: the patch size must be at least 1, but it is 0");
}

TEST_CASE("a run that began with a file goes on without it, to the same bits") {
    const TemporaryFolder folder;
    Training before = run_before();
    save_model(folder.file("x"), before);
    Training whole = begin(folder.file("x")), parts = begin(folder.file("x"));
    go_on(whole, folder.file("whole"));
    go_on(parts, folder.file("parts"), 7);
    std::filesystem::remove(folder.file("x"));
    Training resumed = resume_training(RunFolder(folder.file("parts")));
    CHECK(resumed.normalisation.mean == std::vector<double>{0.3});
    CHECK(resumed.config.init == folder.file("x"));
    CHECK(resumed.weights_note.empty());
    go_on(resumed, folder.file("parts"));
    CHECK(same(named_parameters(resumed.model), named_parameters(whole.model)));
    CHECK(resumed.epochs.back().validation.loss_sum == whole.epochs.back().validation.loss_sum);
}

TEST_CASE("a run says where its weights come from") {
    const TemporaryFolder folder;
    Training before = run_before();
    save_model(folder.file("x"), before);
    const Training t = begin(folder.file("x"));
    const auto printed = [&] {
        const Quiet quiet;
        print_overview(t);
        return quiet.printed();
    };
    CHECK(printed().find("\n" + t.weights_note + "\n\n") != std::string::npos);
}

}  // namespace vit
