#include "07_training/run/metrics_file.h"

#include <fmt/core.h>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {
namespace {

const std::vector<Epoch> epochs{
    {1, 0.1 + 0.2, {1.0 / 3 * 1294, 500, 1294}, {123.456, 70, 143}, 1.0 / 3, 0.4, 0.45, 1.25},
    {2, 2e-3, {500.5, 1000, 1294}, {}, 0, 0, 0, 0.75},
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
        CHECK(found[i].train.count == epochs[i].train.count);
        CHECK(found[i].validation.loss_sum == epochs[i].validation.loss_sum);
        CHECK(found[i].validation.right == epochs[i].validation.right);
        CHECK(found[i].validation.count == epochs[i].validation.count);
        CHECK(found[i].precision == epochs[i].precision);
        CHECK(found[i].recall == epochs[i].recall);
        CHECK(found[i].f1 == epochs[i].f1);
        CHECK(found[i].seconds == epochs[i].seconds);
    }
}

TEST_CASE("the text of metrics.csv; what was not measured is an empty cell, not a zero") {
    const TemporaryFolder folder;
    write_metrics(folder.file("metrics.csv"),
                  {{1, 0.25, {6, 3, 4}, {1, 1, 2}, 0.75, 0.5, 0.25, 1.5}, {2, 0.5, {2, 0, 4}, {}, 0, 0, 0, 3}});
    CHECK(read_file(folder.file("metrics.csv")) ==
          "epoch,learning_rate,train_loss_sum,train_right,train_images,validation_loss_sum,validation_right,"
          "validation_images,train_loss,train_accuracy,validation_loss,validation_accuracy,validation_precision,"
          "validation_recall,validation_f1,seconds\n"
          "1,0.25,6,3,4,1,1,2,1.5,0.75,0.5,0.5,0.75,0.5,0.25,1.5\n"
          "2,0.5,2,0,4,,,,0.5,0,,,,,,3\n");
}

TEST_CASE("a file that is no metrics.csv is refused by name, line and column") {
    const TemporaryFolder folder;
    const std::string path = folder.file("metrics.csv");
    const auto error = [&] { return error_of<std::runtime_error>([&] { read_metrics(path); }); };
    write_file(path, "a,b\n1,2\n");
    CHECK(error() == path + ": the first line is not that of a metrics file");
    write_file(path, "");
    CHECK(error() == path + ": the first line is not that of a metrics file");
    const auto error_after = [&](const std::string& line) {
        write_metrics(path, epochs);
        write_file(path, read_file(path) + line + "\n");
        return error();
    };
    CHECK(error_after("3,0.1,2") == path + ": line 4: 3 columns instead of 16");
    CHECK(error_after("3,0.1,2,1,4,,,,0.5,0.25,,,,,,3,4") == path + ": line 4: 17 columns instead of 16");
    CHECK(error_after("3,0.1,-nan,1,4,,,,0.5,0.25,,,,,,3") ==
          path + ": line 4: column 3 (train_loss_sum): '-nan' is not a number");
    CHECK(error_after("3,0.1,2,,4,,,,0.5,0.25,,,,,,3").starts_with(path + ": line 4: column 4 (train_right): ''"));
    CHECK(error_after("3,0.1,2,5,4,,,,0.5,0.25,,,,,,3") == path + ": line 4: 5 of 4 images are right");
    CHECK(error_after("3,0.1,2,1,4,1,3,2,0.5,0.25,,,,,,3") == path + ": line 4: 3 of 2 images are right");
    CHECK(error_after("3,0.1,2,1,4,x,1,2,0.5,0.25,,,,,,3") ==
          path + ": line 4: column 6 (validation_loss_sum): 'x' is not a number");
    CHECK(error_after("3,0.1,2,1,4,,,,0.5,0.25,,,,,,") == path + ": line 4: column 16 (seconds): '' is not a number");
}

}  // namespace vit
