#include "07_training/run/classify.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "03_attention/softmax.h"
#include "07_training/run/checkpoint.h"
#include "07_training/run/evaluate.h"
#include "07_training/run/finite.h"
#include "common/files/image.h"

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

/// Image number `index` of a set, (C, H, W), 0 black to 1 white.
Tensor<3> picture_of(const ImageSet& set, std::size_t index) {
    Tensor<3> picture = uninitialised<3>({set.channels, set.height, set.width});  // (C, H, W)
    const std::uint8_t* bytes = set.pixels.data() + index * picture.size();
    std::transform(bytes, bytes + picture.size(), picture.begin(),
                   [](std::uint8_t byte) { return static_cast<Scalar>(byte) / 255; });
    return picture;
}

}  // namespace

void classify_test_images(const std::string& checkpoint, const std::string& data, std::size_t first,
                          std::size_t count) {
    const TrainedModel trained = load_model(checkpoint);
    const ImageSet test = load_idx_data(data).test;
    check_fits(trained, checkpoint, test, data);
    if (first >= test.count)
        throw std::runtime_error(fmt::format("{} has {} test images, there is no number {}", data, test.count, first));

    std::vector<std::size_t> indices(std::min(count, test.count - first));
    std::iota(indices.begin(), indices.end(), first);
    const Batch batch = make_batch(test, indices, trained.normalisation);
    const Tensor<2> logits = predict(trained.model, batch.images);  // (B, Y)
    if (!all_finite(logits.storage()))
        throw std::runtime_error(checkpoint + ": the model's answers are not finite; its weights are too large");
    const Tensor<2> probabilities = softmax_forward(logits);  // (B, Y)
    const Labels answers = predictions(logits);
    for (std::size_t b = 0; b < indices.size(); ++b) {
        fmt::print("{}", terminal_image(picture_of(test, indices[b])));
        fmt::print("test image {}: taken for {} with {:.1f} %, is {}{}\n\n", indices[b],
                   trained.class_names[answers[b]], 100 * static_cast<double>(probabilities(b, answers[b])),
                   trained.class_names.at(batch.labels[b]), answers[b] == batch.labels[b] ? "" : "  (wrong)");
    }
}

}  // namespace vit
