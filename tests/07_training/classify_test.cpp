#include "07_training/run/classify.h"

#include <fmt/core.h>

#include <functional>
#include <sstream>

#include "common/files/image.h"
#include "tests/07_training/small_run.h"

namespace vit {
namespace {

const std::string digits = DATA_FILES "/digits";

/// A checkpoint of a model of the digits that takes every image for the last class, then for the one before it, and so
/// on: of ten classes the last has 10/55, the one before it 9/55.
Training save_last_class(const std::string& path, std::size_t classes = 10) {
    Training t = start_training(small_config(), small_model());
    VitConfig config = t.model.config;
    config.classes = classes;
    t.model = make_vit(config);  // its weights are zero
    for (std::size_t y = 0; y < classes; ++y) t.model.head.bias(y) = std::log(static_cast<Scalar>(y + 1));
    t.class_names.clear();
    for (std::size_t y = 0; y < classes; ++y) t.class_names.push_back(std::to_string(y));
    save_model(path, t);
    return t;
}

std::string printed_by(const std::function<void()>& action) {
    const Quiet quiet;
    action();
    return quiet.printed();
}

/// The lines that say what an image is taken for.
std::vector<std::string> answers(const std::string& checkpoint, const Shown& shown) {
    std::istringstream text(printed_by([&] { classify_test_images(checkpoint, shown); }));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        if (line.find("taken for") != std::string::npos) lines.push_back(line);
    return lines;
}

std::string error(const std::string& checkpoint, const Shown& shown) {
    return error_of<std::runtime_error>([&] { answers(checkpoint, shown); });
}

}  // namespace

TEST_CASE("test images are shown from one on, as many as there are, each with its class and what it is taken for") {
    const TemporaryFolder folder;
    const std::string model = folder.file("model");
    const Training t = save_last_class(model);
    const auto expected = [&](std::size_t i) {
        const int label = t.test.labels.at(i);
        return fmt::format("test image {}: taken for 9 with 18.2 %, is {}{}", i, label, label == 9 ? "" : "  (wrong)");
    };
    CHECK(answers(model, {.data = digits, .first = 17, .count = 3}) ==
          std::vector{expected(17), expected(18), expected(19)});
    CHECK(answers(model, {.data = digits, .first = 358}) == std::vector{expected(358), expected(359)});
    CHECK(error(model, {.data = digits, .first = 360}) == digits + " has 360 test images, there is no number 360");

    std::vector<std::string> wrong;
    for (std::size_t i = 17; wrong.size() < 12; ++i)
        if (t.test.labels.at(i) != 9) wrong.push_back(expected(i));
    CHECK(answers(model, {.data = digits, .first = 17, .count = 12, .wrong_only = true}) == wrong);
}

TEST_CASE("images of another size and classes that the model does not know are refused") {
    const TemporaryFolder folder;
    const std::string model = folder.file("model");
    save_last_class(model);
    CHECK(error(model, {.data = digits, .image_height = 4, .image_width = 16}) ==
          model + ": the model was trained on images (1, 8, 8), those of " + digits + " are (1, 4, 16)");
    save_last_class(model, 9);
    CHECK(error(model, {.data = digits}) ==
          model + ": the model does not know the class 9 of " + digits + ", only 0, 1, 2, 3, 4, 5, 6, 7, 8");
}

TEST_CASE("images are of the class that their folder names, wherever the model has it") {
    const TemporaryFolder folder;
    const std::string model = folder.file("model");
    Training t = save_last_class(model);
    t.class_names = {"a", "b", "c", "d", "e", "f", "g", "h", "owl", "cat"};
    save_model(model, t);
    for (const char* file : {"cat/1.png", "cat/2.png", "owl/3.png", "owl/4.png"})
        write_image(folder.file(fmt::format("own/{}", file)), Tensor<3>(xt::zeros<Scalar>({1, 8, 8})));
    const std::string own = folder.file("own");
    const auto is = [&](std::size_t i, const char* file, const char* name) {
        return fmt::format("test image {} ({}/{}): taken for cat with 18.2 %, is {}", i, own, file, name);
    };
    t.model.config.channels = 3;  // as pictures have
    t.model = make_vit(t.model.config);
    for (std::size_t y = 0; y < 10; ++y) t.model.head.bias(y) = std::log(static_cast<Scalar>(y + 1));
    t.normalisation = {{0, 0, 0}, {1, 1, 1}};
    t.pictures = measure_pictures({1, 3, 8, 8, std::vector<std::uint8_t>(192, 7), {0}});
    save_model(model, t);
    CHECK(answers(model, {.data = own}) == std::vector{is(0, "cat/2.png", "cat"), is(1, "owl/4.png", "owl  (wrong)")});
    write_image(folder.file("own/dog/5.png"), Tensor<3>(xt::zeros<Scalar>({1, 8, 8})));
    write_image(folder.file("own/dog/6.png"), Tensor<3>(xt::zeros<Scalar>({1, 8, 8})));
    CHECK(error(model, {.data = own}) ==
          model + ": the model does not know the class dog of " + own + ", only a, b, c, d, e, f, g, h, owl, cat");
}

TEST_CASE("without data, the images are those that the run of the checkpoint was tested on") {
    const TemporaryFolder folder;
    Training t = start_training(small_config(), small_model());
    save_model(folder.file("model"), t);
    const std::vector<std::string> found = answers(folder.file("model"), {.count = 2});
    CHECK(found.size() == 2);
    CHECK(found == answers(folder.file("model"), {.data = digits, .count = 2}));
}

TEST_CASE("a picture's five most likely classes, what was done with it, and why the answer may mean little") {
    const TemporaryFolder folder;
    save_last_class(folder.file("model"));
    const std::string picture = folder.file("white.png");
    write_image(picture, Tensor<3>(xt::ones<Scalar>({1, 9, 7})));
    const std::string printed = printed_by([&] { classify_pictures(folder.file("model"), {picture}, true); });
    CHECK(
        printed.ends_with(picture +
                          ": taken for 9 with 18.2 %, 8 with 16.4 %, 7 with 14.5 %, 6 with 12.7 %, 5 with 10.9 %\n"
                          "    scaled and cut to 8 x 8\n"
                          "    this picture is far brighter than those that the model was trained on: its answer means "
                          "little\n\n"));
}

}  // namespace vit
