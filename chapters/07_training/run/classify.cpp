#include "07_training/run/classify.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "03_attention/softmax.h"
#include "07_training/evaluate.h"
#include "07_training/finite.h"
#include "07_training/run/checkpoint.h"
#include "07_training/run/prepare.h"
#include "common/files/image.h"
#include "common/files/load_data_set.h"
#include "common/program/printable.h"
#include "common/program/program.h"

namespace vit {
namespace {

/// Can the model of a checkpoint read these images?
void check_size(const VitConfig& config, const std::string& checkpoint, const ImageSet& set, const std::string& data) {
    const Shape trained_on{config.channels, config.image_height, config.image_width};
    const Shape found{set.channels, set.height, set.width};
    if (trained_on != found) {
        throw std::runtime_error(fmt::format("{}: the model was trained on images {}, those of {} are {}", checkpoint,
                                             to_string(trained_on), data, to_string(found)));
    }
}

/// Gives the images the model's labels for their classes, whose names are these.
void translate_labels(ImageSet& set, const std::vector<std::string>& names, const std::vector<std::string>& own,
                      const std::string& checkpoint, const std::string& data) {
    for (std::uint8_t& label : set.labels) {
        const std::string& name = names.at(label);
        const auto found = std::ranges::find(own, name);
        if (found == own.end()) {
            throw std::runtime_error(fmt::format("{}: the model does not know the class {} of {}, only {}", checkpoint,
                                                 printable(name), data, listed(own)));
        }
        label = static_cast<std::uint8_t>(found - own.begin());
    }
}

/// The test images that are asked for, as the model knows them.
ImageSet test_images(const TrainedModel& trained, const std::string& checkpoint, Shown& shown) {
    const VitConfig& config = trained.model.config;
    if (shown.data.empty()) {
        shown.data = trained.training.data;
        shown.classes = trained.training.classes;
        shown.image_height = trained.training.image_height;
        shown.image_width = trained.training.image_width;
    }
    DataSet data = load_data_set(shown.data, {shown.image_height, shown.image_width, shown.classes});
    if (!data.test.files.empty()) set_image_size(data.test, config.image_height, config.image_width);
    check_size(config, checkpoint, data.test, shown.data);
    translate_labels(data.test, data.class_names, trained.class_names, checkpoint, shown.data);
    return data.test;
}

/// Bytes as an image (C, H, W), 0 black to 1 white.
Tensor<3> image_of(const std::vector<std::uint8_t>& bytes, const VitConfig& config) {
    Tensor<3> image = uninitialised<3>({config.channels, config.image_height, config.image_width});  // (C, H, W)
    std::transform(bytes.begin(), bytes.end(), image.begin(),
                   [](std::uint8_t byte) { return static_cast<Scalar>(byte) / 255; });
    return image;
}

/// logits (B, Y) of the images of a set.
Tensor<2> checked_logits(const TrainedModel& trained, const std::string& checkpoint, const ImageSet& set,
                         const std::vector<std::size_t>& indices) {
    const Tensor<2> logits = predict(trained.model, make_batch(set, indices, trained.normalisation).images);
    if (!all_finite(logits.storage()))
        throw std::runtime_error(checkpoint + ": the model's answers are not finite; its weights are too large");
    return logits;
}

/// The images with these numbers that the model is wrong about, at most `count`.
std::vector<std::size_t> wrong_of(const TrainedModel& trained, const ImageSet& set, std::size_t first,
                                  std::size_t count) {
    const Labels predicted = evaluate(trained.model, set, trained.normalisation).predicted;
    std::vector<std::size_t> wrong;
    for (std::size_t i = first; i < set.count && wrong.size() < count; ++i)
        if (predicted[i] != set.labels[i]) wrong.push_back(i);
    return wrong;
}

/// "3 with 97.1 %, 8 with 1.2 %, ...": the five most likely classes of a row of probabilities.
std::string first_five(const TrainedModel& trained, const Tensor<2>& probabilities, std::size_t row) {
    std::vector<std::size_t> classes(trained.class_names.size());
    std::iota(classes.begin(), classes.end(), std::size_t(0));
    std::ranges::stable_sort(classes, std::ranges::greater(), [&](std::size_t y) { return probabilities(row, y); });
    classes.resize(std::min<std::size_t>(classes.size(), 5));
    std::string text;
    for (const std::size_t y : classes)
        text += fmt::format("{}{} with {:.1f} %", text.empty() ? "" : ", ", printable(trained.class_names[y]),
                            100 * static_cast<double>(probabilities(row, y)));
    return text;
}

/// What the model takes these images of a set for.
void show_images(const TrainedModel& trained, const std::string& checkpoint, const ImageSet& set,
                 const std::vector<std::size_t>& indices) {
    const Tensor<2> logits = checked_logits(trained, checkpoint, set, indices), p = softmax_forward(logits);  // (B, Y)
    const Labels answers = predictions(logits);
    for (std::size_t b = 0; b < indices.size(); ++b) {
        const std::size_t label = set.labels[indices[b]];
        fmt::print("{}", terminal_image(image_of(image_bytes(set, indices[b]), trained.model.config)));
        const std::string file = set.files.empty() ? "" : fmt::format(" ({})", printable(set.files[indices[b]]));
        fmt::print("test image {}{}: taken for {} with {:.1f} %, is {}{}\n\n", indices[b], file,
                   printable(trained.class_names[answers[b]]), 100 * static_cast<double>(p(b, answers[b])),
                   printable(trained.class_names.at(label)), answers[b] == label ? "" : "  (wrong)");
    }
}

}  // namespace

void classify_test_images(const std::string& checkpoint, Shown shown) {
    const TrainedModel trained = load_model(checkpoint);
    const ImageSet test = test_images(trained, checkpoint, shown);
    if (shown.first >= test.count)
        throw std::runtime_error(
            fmt::format("{} has {} test images, there is no number {}", shown.data, test.count, shown.first));

    std::vector<std::size_t> indices(std::min(shown.count, test.count - shown.first));
    std::iota(indices.begin(), indices.end(), shown.first);
    if (shown.wrong_only) indices = wrong_of(trained, test, shown.first, shown.count);
    if (indices.empty()) {
        fmt::print("the model is wrong about no test image{}\n", shown.first > 0 ? " from there on" : "");
        return;
    }
    constexpr std::size_t piece = 64;  // as many images are in memory
    for (std::size_t begin = 0; begin < indices.size(); begin += piece) {
        const std::size_t end = std::min(begin + piece, indices.size());
        show_images(trained, checkpoint, test, {&indices[begin], &indices[begin] + (end - begin)});
    }
}

void classify_pictures(const std::string& checkpoint, const std::vector<std::string>& files, bool as_is) {
    const TrainedModel trained = load_model(checkpoint);
    const VitConfig& config = trained.model.config;
    Errors errors;
    for (const std::string& file : files) {
        const std::optional<Picture> picture = read_picture(file, errors.messages);
        if (!picture) continue;
        const PreparedPicture prepared = prepare_picture(*picture, config, trained.pictures, as_is);
        const ImageSet one{1, config.channels, config.image_height, config.image_width, prepared.bytes, {0}};
        const Tensor<2> p = softmax_forward(checked_logits(trained, checkpoint, one, {0}));  // (1, Y)
        fmt::print("{}", terminal_image(image_of(prepared.bytes, config)));
        fmt::print("{}: taken for {}\n    {}\n", printable(file), first_five(trained, p, 0), prepared.steps);
        for (const std::string& doubt : {prepared.doubt, unlike(prepared.bytes, trained.pictures)})
            if (!doubt.empty()) fmt::print("    {}\n", doubt);
        fmt::print("\n");
    }
    if (!errors.messages.empty()) throw errors;
}

}  // namespace vit
