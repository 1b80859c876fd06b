#include "07_training/run/checkpoint.h"

#include <fmt/core.h>

#include <set>

#include "tests/07_training/contents.h"
#include "tests/07_training/small_run.h"

namespace vit {
namespace {

/// A state whose every number is different from that of a fresh run.
Training random_state() {
    Training t = start_training(small_config(), small_model());
    Rng rng(9);
    const Parameters parameters = named_parameters(t.model);
    fill_random(parameters, rng);
    fill_random(named_parameters(t.optimiser.adamw, parameters), rng);
    t.optimiser.adamw.step = 7;
    t.epoch_so_far = {0.1 + 0.2, 41, 64};
    t.seconds_so_far = 0.7;
    return t;
}

Tensor<2> logits_of(const Vit& model, const Tensor<4>& images) {
    VitCache cache;
    return vit_forward(model, images, cache);
}

/// The error of loading `contents` as a model.
std::string load_error(const TemporaryFolder& folder, const std::string& contents) {
    write_file(folder.file("x"), contents);
    return error_of<std::runtime_error>([&] { load_model(folder.file("x")); });
}

/// The error of loading the model of `t` after its metadata or tensors were changed; without the file's name.
template <class Change>
std::string load_error_after(const TemporaryFolder& folder, Training& t, const Change& change) {
    save_model(folder.file("before"), t);
    Contents contents = contents_of(folder.file("before"));
    change(contents);
    save(folder.file("after"), contents);
    const std::string error = error_of<std::runtime_error>([&] { load_model(folder.file("after")); });
    const std::string name = folder.file("after") + ": ";
    return error.starts_with(name) ? error.substr(name.size()) : "not named: " + error;
}

}  // namespace

TEST_CASE(
    "a model that is saved and loaded gives the same logits to the bit, and knows its classes and normalisation") {
    const TemporaryFolder folder;
    Training t = random_state();
    const std::vector<std::size_t> indices{0, 1, 2};
    const Tensor<4> images = make_batch(t.test, indices, t.normalisation).images;
    const Tensor<2> expected = logits_of(t.model, images);
    save_model(folder.file("model"), t);
    save_state(folder.file("state"), t);
    for (const std::string name : {"model", "state"}) {
        INFO(name);
        const TrainedModel trained = load_model(folder.file(name));
        CHECK(same(logits_of(trained.model, images), expected, "BY"));
        CHECK(trained.class_names == t.class_names);
        CHECK(trained.normalisation.mean == t.normalisation.mean);
        CHECK(trained.normalisation.standard_deviation == t.normalisation.standard_deviation);
        VitConfig found = trained.model.config;
        CHECK(to_text(named_options(found)) == to_text(named_options(t.model.config)));
    }
}

TEST_CASE("a model file is an ordinary safetensors file with timm's names, and holds nothing of the optimiser") {
    const TemporaryFolder folder;
    Training t = random_state();
    save_model(folder.file("model"), t);
    const Safetensors file = load_safetensors(folder.file("model"));
    std::set<std::string> names;
    for (const StoredTensor& tensor : file.tensors) names.insert(tensor.name);
    CHECK(names == std::set<std::string>{"cls_token",
                                         "pos_embed",
                                         "patch_embed.proj.weight",
                                         "patch_embed.proj.bias",
                                         "blocks.0.norm1.weight",
                                         "blocks.0.norm1.bias",
                                         "blocks.0.attn.qkv.weight",
                                         "blocks.0.attn.qkv.bias",
                                         "blocks.0.attn.proj.weight",
                                         "blocks.0.attn.proj.bias",
                                         "blocks.0.norm2.weight",
                                         "blocks.0.norm2.bias",
                                         "blocks.0.mlp.fc1.weight",
                                         "blocks.0.mlp.fc1.bias",
                                         "blocks.0.mlp.fc2.weight",
                                         "blocks.0.mlp.fc2.bias",
                                         "norm.weight",
                                         "norm.bias",
                                         "head.weight",
                                         "head.bias"});
    CHECK(file.at("patch_embed.proj.weight").shape == Shape{8, 1, 4, 4});
    CHECK(file.at("pos_embed").shape == Shape{1, 5, 8});
    CHECK(file.at("blocks.0.attn.qkv.weight").shape == Shape{24, 8});
    CHECK(file.at("head.weight").shape == Shape{10, 8});
    CHECK(file.metadata.at("class_names") == "0\n1\n2\n3\n4\n5\n6\n7\n8\n9");
    CHECK(file.metadata.at("model.patch_size") == "4");
}

TEST_CASE("a state brings back weights, moments, the place in the run and all options, to the bit") {
    const TemporaryFolder folder;
    Training t = random_state();
    save_state(folder.file("state"), t);
    TrainConfig config;
    VitConfig model;
    read_options(folder.file("state"), config, model);
    CHECK(to_text(named_options(config)) == to_text(named_options(t.config)));
    CHECK(to_text(named_options(model)) == to_text(named_options(t.model.config)));

    Training loaded = start_training(config, model);
    load_state(folder.file("state"), loaded);
    const Parameters parameters = named_parameters(t.model), found = named_parameters(loaded.model);
    CHECK(same(found, parameters));
    CHECK(same(named_parameters(loaded.optimiser.adamw, found), named_parameters(t.optimiser.adamw, parameters)));
    CHECK(loaded.step() == 7);
    CHECK(loaded.epoch_so_far.loss_sum == t.epoch_so_far.loss_sum);
    CHECK(loaded.epoch_so_far.right == 41);
    CHECK(loaded.epoch_so_far.count == 64);
    CHECK(loaded.seconds_so_far == 0.7);
}

TEST_CASE("weight files that went wrong once are refused in one line that names them") {
    const std::string hostile = TEST_FILES "/hostile/";
    const auto error = [&](const std::string& file) {
        return error_of<std::runtime_error>([&] { load_model(hostile + file); });
    };
    CHECK(
        error("big_number.safetensors").starts_with(hostile + "big_number.safetensors: the header cannot be read as "));
    CHECK(error("other_program.safetensors") ==
          hostile +
              "other_program.safetensors: this is no checkpoint of 07_training: it does not say what model it holds");
}

TEST_CASE("what is no checkpoint is refused by name") {
    const TemporaryFolder folder;
    const std::string x = folder.file("x") + ": ";
    CHECK(error_of<std::runtime_error>([&] { load_model(folder.file("none")); }) ==
          "load_safetensors: cannot open " + folder.file("none") + ": No such file or directory");
    CHECK(load_error(folder, "PNG") == x + "3 bytes are too few for a safetensors file");
    CHECK(load_error(folder, "this is a text, not a model\n") ==
          x + "the header should have 2338328219631577204 bytes, but only 20 follow; this is no safetensors file, or "
              "it is cut off");
    CHECK(error_of<std::runtime_error>([] { load_model(TEST_FILES "/fixtures/layers.safetensors"); }) == TEST_FILES
          "/fixtures/layers.safetensors: this is no checkpoint of 07_training: it does not say what model it holds");
}

TEST_CASE("a checkpoint that was cut off is refused, wherever it was cut") {
    const TemporaryFolder folder;
    Training t = random_state();
    save_model(folder.file("model"), t);
    const std::string whole = read_file(folder.file("model"));
    for (std::size_t size = 0; size < whole.size(); size += whole.size() / 50) {
        INFO("cut to ", size, " of ", whole.size(), " bytes");
        const std::string error = load_error(folder, whole.substr(0, size));
        CHECK(error.starts_with(folder.file("x") + ": "));
    }
    const std::size_t data = parameter_count(named_parameters(t.model)) * sizeof(Scalar);
    CHECK(load_error(folder, whole.substr(0, whole.size() - 1)) ==
          fmt::format("{}: tensor head.bias ends at byte {} of the data, but the file has only {}; it is cut off",
                      folder.file("x"), data, data - 1));
}

TEST_CASE("a checkpoint that holds another model than it says is refused") {
    const TemporaryFolder folder;
    Training t = random_state();
    const auto error = [&](const auto& change) { return load_error_after(folder, t, change); };
    CHECK(error([](Contents&) {}) == "not named: no error");
    CHECK(error([](Contents& file) { file.metadata["model.width"] = "12"; }) ==
          "tensor cls_token has shape (1, 1, 8), the model needs (1, 1, 12)");
    CHECK(error([](Contents& file) { file.metadata["model.depth"] = "2"; }) ==
          "tensor blocks.1.norm1.weight is missing");
    CHECK(error([](Contents& file) { file.metadata["model.depth"] = "0"; }) ==
          "tensor blocks.0.norm1.weight belongs to no parameter of this model");
    CHECK(error([](Contents& file) { file.metadata["model.qkv_bias"] = "false"; }) ==
          "tensor blocks.0.attn.qkv.bias belongs to no parameter of this model");
    CHECK(error([](Contents& file) { file.metadata["model.classes"] = "11"; }) == "10 class names for 11 classes");
    CHECK(error([](Contents& file) { file.metadata.erase("class_names"); }) == "0 class names for 10 classes");
    CHECK(error([](Contents& file) { file.metadata.erase("model.gelu"); }) == "model.gelu is missing");
    CHECK(error([](Contents& file) { file.metadata["model.gelu"] = "relu"; }) ==
          "model.gelu: 'relu' is none of erf, tanh, sigmoid");
    CHECK(error([](Contents& file) { file.metadata["model.heads"] = "-2"; }) ==
          "model.heads: '-2' is not a whole number from 0 to 1000000000");
    CHECK(error([](Contents& file) { file.metadata["model.heads"] = "3"; }) ==
          "attention: 3 heads do not divide the width 8; choose another number of heads or give the head width");
    CHECK(error([](Contents& file) { file.metadata["model.patch_size"] = "3"; }) ==
          "vit: image height 8 is not a multiple of patch size 3");
    CHECK(error([](Contents& file) {
              std::erase_if(file.tensors, [](const Contents::Tensor& x) { return x.name == "norm.bias"; });
          }) == "tensor norm.bias is missing");
}

TEST_CASE("a checkpoint whose sizes need more memory than there is is refused before its model is made") {
    const TemporaryFolder folder;
    Training t = random_state();
    const auto widest = [](Contents& file) {
        file.metadata["model.width"] = "1000000";
        file.metadata["model.hidden"] = "1000000000";
    };
    const std::string expected = "the sizes are those of a model of 2e+15 numbers, but there are 822";
    CHECK(load_error_after(folder, t, widest) == expected);
    CHECK(load_error_after(folder, t, [](Contents& file) {
              for (const char* name : {"model.image_height", "model.image_width"}) file.metadata[name] = "1000000000";
          }) == "the sizes are those of a model of 5e+17 numbers, but there are 822");

    // A run that goes on makes the model of the options that it reads.
    save_state(folder.file("x"), t);
    Contents contents = contents_of(folder.file("x"));
    widest(contents);
    save(folder.file("x"), contents);
    TrainConfig config;
    VitConfig model;
    CHECK(error_of<std::runtime_error>([&] { read_options(folder.file("x"), config, model); }) ==
          folder.file("x") + ": the sizes are those of a model of 2e+15 numbers, but there are 2466");
}

TEST_CASE("names in a checkpoint that a terminal would not show as they are") {
    const TemporaryFolder folder;
    Training t = random_state();
    CHECK(load_error_after(folder, t, [](Contents& file) {
              file.metadata["class_names"] = "0\n1\n2\n3\n4\n5\n6\n7\n8\n\033[31m9";
          }) == "a class has the name \\x1b[31m9");
    CHECK(load_error_after(folder, t, [](Contents& file) {  // a long name is none of them
              file.metadata["class_names"] = "0\n1\n2\n3\n4\n5\n6\n7\n8\n" + std::string(300, '9');
          }) == "not named: no error");
    CHECK(load_error_after(folder, t, [](Contents& file) {  // an answer would not say which
              file.metadata["class_names"] = "0\n1\n2\n3\n4\n5\n6\n7\n8\n0";
          }) == "two classes have the same name");
    CHECK(load_error_after(folder, t, [](Contents& file) {
              file.tensors.back().name = "head\n";
              file.tensors.back().values.back() = NAN;
          }) == "tensor head\\x0a has a number that is not finite");
}

TEST_CASE("a checkpoint with a number that is not finite is refused, and so is one that would divide by zero") {
    const TemporaryFolder folder;
    Training t = random_state();
    const auto error = [&](const auto& change) { return load_error_after(folder, t, change); };
    for (const Scalar number : {Scalar(NAN), -Scalar(INFINITY)}) {
        CHECK(error([&](Contents& file) { file.tensors.back().values.back() = number; }) ==
              "tensor head.bias has a number that is not finite");
    }
    CHECK(error([](Contents& file) { file.metadata["normalisation.standard_deviation"] = "0"; }) ==
          "normalisation.standard_deviation must be above 0, but it is 0");
    CHECK(error([](Contents& file) { file.metadata["normalisation.standard_deviation"] = "0.5 0.5"; }) ==
          "normalisation has 1 means and 2 standard deviations for 1 channels");
    CHECK(error([](Contents& file) { file.metadata["normalisation.mean"] = "-nan"; }) ==
          "normalisation.mean: '-nan' is not a number");

    // In a state, Adam's numbers count too; the run stays as it was.
    save_state(folder.file("state"), t);
    Contents contents = contents_of(folder.file("state"));
    const auto v = std::ranges::find(contents.tensors, "adamw.v.norm.bias", &Contents::Tensor::name);
    REQUIRE(v != contents.tensors.end());
    v->values[1] = INFINITY;
    save(folder.file("state"), contents);
    Training other = start_training(small_config(), small_model()),
             fresh = start_training(small_config(), small_model());
    CHECK(error_of<std::runtime_error>([&] { load_state(folder.file("state"), other); }) ==
          folder.file("state") + ": tensor adamw.v.norm.bias has a number that is not finite");
    CHECK(same(named_parameters(other.model), named_parameters(fresh.model)));
    CHECK(other.step() == 0);
}

TEST_CASE("a number that is not finite is not written; the file stays as it was") {
    const TemporaryFolder folder;
    Training t = random_state();
    save_state(folder.file("x"), t);
    const std::string before = read_file(folder.file("x"));
    t.optimiser.adamw.m[0][1] = NAN;
    CHECK(error_of<std::runtime_error>([&] { save_state(folder.file("x"), t); }) ==
          folder.file("x") + " is not written: tensor adamw.m.cls_token has a number that is not finite");
    t.model.head.bias(2) = INFINITY;
    CHECK(error_of<std::runtime_error>([&] { save_model(folder.file("x"), t); }) ==
          folder.file("x") + " is not written: tensor head.bias has a number that is not finite");
    CHECK((read_file(folder.file("x")) == before));
}

TEST_CASE("a state that does not fit the run it is loaded into leaves the run as it was") {
    const TemporaryFolder folder;
    Training t = random_state(), other = start_training(small_config(), small_model()),
             fresh = start_training(small_config(), small_model());
    const auto error = [&] { return error_of<std::runtime_error>([&] { load_state(folder.file("x"), other); }); };
    save_model(folder.file("x"), t);
    CHECK(error() == folder.file("x") + ": data.checksum is missing");
    t.model = make_vit({.image_height = 8,
                        .image_width = 8,
                        .channels = 1,
                        .patch_size = 2,
                        .width = 8,
                        .depth = 1,
                        .heads = 2,
                        .hidden = 12,
                        .classes = 10});
    t.optimiser.adamw = make_adamw({}, named_parameters(t.model));
    t.optimiser.adamw.step = 7;
    save_state(folder.file("x"), t);
    CHECK(error() == folder.file("x") + ": tensor pos_embed has shape (1, 17, 8), the model needs (1, 5, 8)");
    CHECK(same(named_parameters(other.model), named_parameters(fresh.model)));
    CHECK(other.step() == 0);
}

TEST_CASE("a state older than --init and --freeze began with random weights, all of which train") {
    const TemporaryFolder folder;
    save_state(folder.file("state"), random_state());
    Contents contents = contents_of(folder.file("state"));
    TrainConfig config;
    VitConfig model;
    const auto read = [&] {
        save(folder.file("x"), contents);
        read_options(folder.file("x"), config, model);
    };
    contents.metadata.at("training.init") = "weights.safetensors";
    contents.metadata.at("training.freeze") = "backbone";
    read();
    CHECK(config.init == "weights.safetensors");
    CHECK(config.freeze == Freeze::backbone);

    contents.metadata.erase("training.init");
    contents.metadata.erase("training.freeze");
    contents.metadata["best_score"] = "0.5";  // which such states have besides
    read();
    CHECK(config.init == "");
    CHECK(config.freeze == Freeze::nothing);
    CHECK(config.seed == small_config().seed);

    contents.metadata.erase("training.mixup");
    CHECK(error_of<std::runtime_error>(read) == folder.file("x") + ": training.mixup is missing");
}

TEST_CASE("options of a checkpoint that make no sense name its file") {
    const TemporaryFolder folder;
    const auto error = [&](const std::string& name, const std::string& value) {
        save_state(folder.file("before"), random_state());
        Contents contents = contents_of(folder.file("before"));
        contents.metadata.at(name) = value;
        save(folder.file("x"), contents);
        TrainConfig config;
        VitConfig model;
        return error_of<std::runtime_error>([&] { read_options(folder.file("x"), config, model); });
    };
    CHECK(error("training.beta1", "1") ==
          folder.file("x") + ": training: beta1 must be from 0 to 0.9999999, but it is 1");
    CHECK(error("model.patch_size", "3") ==
          folder.file("x") + ": vit: image height 8 is not a multiple of patch size 3");
}

}  // namespace vit
