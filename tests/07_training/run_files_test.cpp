#include "07_training/run/run_files.h"

#include <nlohmann/json.hpp>

#include "tests/07_training/small_run.h"

namespace vit {
namespace {

const std::vector<Epoch> epochs{
    {1, 0.1 + 0.2, {1.0 / 3 * 1294, 500, 1294}, {123.456, 70, 143}, 1.25},
    {2, 2e-3, {500.5, 1000, 1294}, {}, 0.75},
};

}  // namespace

TEST_CASE("metrics.csv is read again to the last bit, also without validation images") {
    const TemporaryFolder folder;
    write_metrics(folder.file("metrics.csv"), epochs);
    const std::vector<Epoch> found = read_metrics(folder.file("metrics.csv"));
    REQUIRE(found.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(found[i].number == epochs[i].number);
        CHECK(found[i].learning_rate == epochs[i].learning_rate);
        CHECK(found[i].train.loss_sum == epochs[i].train.loss_sum);
        CHECK(found[i].train.right == epochs[i].train.right);
        CHECK(found[i].train.images == epochs[i].train.images);
        CHECK(found[i].validation.loss_sum == epochs[i].validation.loss_sum);
        CHECK(found[i].validation.right == epochs[i].validation.right);
        CHECK(found[i].validation.images == epochs[i].validation.images);
        CHECK(found[i].seconds == epochs[i].seconds);
    }
}

TEST_CASE("the text of metrics.csv") {
    const TemporaryFolder folder;
    write_metrics(folder.file("metrics.csv"), {{1, 0.25, {6, 3, 4}, {1, 1, 2}, 1.5}});
    CHECK(read_file(folder.file("metrics.csv")) ==
          "epoch,learning_rate,train_loss_sum,train_right,train_images,validation_loss_sum,validation_right,validation_"
          "images,"
          "train_loss,train_accuracy,validation_loss,validation_accuracy,seconds\n"
          "1,0.25,6,3,4,1,1,2,1.5,0.75,0.5,0.5,1.5\n");
}

TEST_CASE("a file that is no metrics.csv is refused by name") {
    const TemporaryFolder folder;
    const std::string path = folder.file("metrics.csv");
    write_file(path, "a,b\n1,2\n");
    CHECK(error_of([&] { read_metrics(path); }) == path + ": the first line is not that of a metrics file");
    write_metrics(path, epochs);
    write_file(path, read_file(path) + "3,0.1,2\n");
    CHECK(error_of([&] { read_metrics(path); }) == path + ": line 4 does not have 13 numbers");
}

TEST_CASE("the table that people see") {
    CHECK(epoch_header() + epoch_line(epochs[0]) + epoch_line(epochs[1]) ==
          "epoch  learning rate  train loss  train accuracy  validation loss  validation accuracy  seconds\n"
          "    1       0.300000      0.3333          0.3864           0.8633               0.4895     1.25\n"
          "    2       0.002000      0.3868          0.7728                -                    -     0.75\n");
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

}  // namespace vit
