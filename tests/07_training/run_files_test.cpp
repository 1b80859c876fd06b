#include "07_training/run/run_files.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/07_training/small_run.h"

namespace vit {
namespace {

const std::vector<Epoch> epochs{
    {1, 0.1 + 0.2, {1.0 / 3 * 1294, 500, 1294}, {123.456, 70, 143}, 0.4, 0.5, 0.45, 1.25},
    {2, 2e-3, {500.5, 1000, 1294}, {}, 0, 0, 0, 0.75},
};

}  // namespace

TEST_CASE("the table that people see") {
    CHECK(
        epoch_header() + epoch_line(epochs[0]) + epoch_line(epochs[1]) ==
        "epoch  learning rate  train loss  train accuracy  validation loss  validation accuracy  macro F1  seconds\n"
        "    1       0.300000      0.3333          0.3864           0.8633               0.4895    0.4500     1.25\n"
        "    2       0.002000      0.3868          0.7728                -                    -         -     0.75\n");
}

TEST_CASE("curves that cannot be drawn lose no run: a note, and the file as it was") {
    const TemporaryFolder folder;
    write_file(folder.file("curves.svg"), "old");
    std::string said;
    const std::string path = std::getenv("PATH");
    setenv("PATH", folder.file("").c_str(), 1);  // no gnuplot there
    {
        const Quiet quiet(STDERR_FILENO);
        draw_curves(folder.file("curves.svg"), epochs);
        said = quiet.printed();
    }
    setenv("PATH", path.c_str(), 1);
    CHECK(said.starts_with("note: no curves: "));
    CHECK(said.find("gnuplot") != std::string::npos);
    CHECK(read_file(folder.file("curves.svg")) == "old");
    draw_curves(folder.file("none.svg"), {});  // nothing to draw yet
    CHECK_FALSE(std::filesystem::exists(folder.file("none.svg")));
}

TEST_CASE("without validation images there is no curve of them") {
    if (std::system("command -v gnuplot >/dev/null") != 0) return;
    const TemporaryFolder folder;
    draw_curves(folder.file("both.svg"), {epochs[0]});
    draw_curves(folder.file("one.svg"), {epochs[1]});
    CHECK(read_file(folder.file("both.svg")).find("validation") != std::string::npos);
    CHECK(read_file(folder.file("one.svg")).find("training") != std::string::npos);
    CHECK(read_file(folder.file("one.svg")).find("validation") == std::string::npos);
}

TEST_CASE("config.json holds every option, numbers as numbers") {
    const TemporaryFolder folder;
    Training t = start_training(small_config(), small_model());
    write_config(folder.file("config.json"), t);
    const nlohmann::json json = nlohmann::json::parse(read_file(folder.file("config.json")));
    for (const auto& [part, options] :
         {std::pair("training", named_options(t.config)), std::pair("model", named_options(t.model.config))}) {
        CHECK(json.at(part).size() == options.size());
        for (const Option& option : options) {
            INFO(option.name);
            const nlohmann::json& value = json.at(part).at(option.name);
            CHECK((value.is_string() ? value.get<std::string>() : value.dump()) == option.text());
        }
    }
    CHECK(json.at("training").at("seed") == 3);
    CHECK(json.at("training").at("shift") == 0.5);
    CHECK(json.at("training").at("weight_decay_kind") == "decoupled");
    CHECK(json.at("model").at("patch_norm") == false);
    CHECK(json.at("model").at("image_height") == 8);  // of the data set
    CHECK(json.at("model").at("classes") == 10);
}

TEST_CASE("a folder keeps its name, also one that looks like a value of JSON") {
    const TemporaryFolder folder;
    Training t = start_training(small_config(), small_model());
    for (const std::string name : {"2024.10", "2024", "01", "1e3", "true", "null", "\"digits\"", "[1]", "{}"}) {
        CAPTURE(name);
        t.config.data = name;
        write_config(folder.file("config.json"), t);
        TrainConfig config;
        VitConfig model;
        read_config(folder.file("config.json"), config, model);
        CHECK(config.data == name);
    }
}

TEST_CASE("a run's config.json gives a new run the same options") {
    const TemporaryFolder folder;
    TrainConfig written = small_config();
    written.learning_rate = 0.1 + 0.2;
    written.adamw.kind = WeightDecay::coupled;
    Training t = start_training(written, small_model());
    write_config(folder.file("config.json"), t);
    TrainConfig config;
    VitConfig model;
    read_config(folder.file("config.json"), config, model);
    CHECK(to_text(named_options(config)) == to_text(named_options(written)));
    CHECK(to_text(named_options(model)) == to_text(named_options(t.model.config)));
}

TEST_CASE("a config.json of some options leaves the others, and one that is wrong is refused by its name") {
    const TemporaryFolder folder;
    const std::string path = folder.file("config.json");
    TrainConfig config;
    VitConfig model;
    const auto error_with = [&](const std::string& text) {
        write_file(path, text);
        return error_of<std::runtime_error>([&] { read_config(path, config, model); });
    };
    CHECK(error_with(R"({"training": {"epochs": 7}})") == "no error");
    CHECK(config.epochs == 7);
    CHECK(config.batch == TrainConfig().batch);
    CHECK(error_with("{}") == "no error");
    CHECK(error_with("[]") == path + ": the file has no parts \"training\" and \"model\"");
    CHECK(error_with("{") == path + ": the file cannot be read as JSON (at byte 2 of 1)");
    CHECK(error_with(R"({"model": 3})") == path + ": model has no options in it");
    CHECK(error_with(R"({"model": {"width": [64]}})") == path + ": the file has more than 2 levels of brackets");
    CHECK(error_with(R"({"model": {"width": null}})") ==
          path + ": width: 'null' is not a whole number from 0 to 1000000");
    CHECK(error_with(R"({"model": {"width": "64 "}})") ==
          path + ": width: '64 ' is not a whole number from 0 to 1000000");
    CHECK(error_with(R"({"training": {}, "training": {}})") == path + ": the file has the key training twice");
    CHECK(error_with(R"({"Training": {}})") == path + ": Training is neither \"training\" nor \"model\"");
}

}  // namespace vit
