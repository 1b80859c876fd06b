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

/// Can the model of a checkpoint read these images, and are their classes among its own?
void check_fits(const TrainedModel& trained, const std::string& checkpoint, const ImageSet& set,
                const std::string& data) {
    const VitConfig& config = trained.model.config;
    const Shape trained_on{config.channels, config.image_height, config.image_width};
    const Shape found{set.channels, set.height, set.width};
    if (trained_on != found) {
        throw std::runtime_error(fmt::format("{}: the model was trained on images {}, those of {} are {}", checkpoint,
                                             to_string(trained_on), data, to_string(found)));
    }
    const std::size_t largest_label = *std::max_element(set.labels.begin(), set.labels.end());
    if (largest_label >= config.classes) {
        throw std::runtime_error(fmt::format("{}: the model knows {} classes, but {} has the label {}", checkpoint,
                                             config.classes, data, largest_label));
    }
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

}  // namespace

void classify_test_images(const std::string& checkpoint, const Shown& shown) {
    const TrainedModel trained = load_model(checkpoint);
    const VitConfig& config = trained.model.config;
    constexpr std::size_t any_label = 256;  // check_fits has the better message
    ImageSet test = load_data_set(shown.data, {shown.image_height, shown.image_width, any_label}).test;
    if (!test.files.empty()) set_image_size(test, config.image_height, config.image_width);
    check_fits(trained, checkpoint, test, shown.data);
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
    const Tensor<2> logits = checked_logits(trained, checkpoint, test, indices), p = softmax_forward(logits);  // (B, Y)
    const Labels answers = predictions(logits);
    for (std::size_t b = 0; b < indices.size(); ++b) {
        const std::size_t label = test.labels[indices[b]];
        fmt::print("{}", terminal_image(image_of(image_bytes(test, indices[b]), config)));
        const std::string file = test.files.empty() ? "" : fmt::format(" ({})", printable(test.files[indices[b]]));
        fmt::print("test image {}{}: taken for {} with {:.1f} %, is {}{}\n\n", indices[b], file,
                   printable(trained.class_names[answers[b]]), 100 * static_cast<double>(p(b, answers[b])),
                   printable(trained.class_names.at(label)), answers[b] == label ? "" : "  (wrong)");
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
