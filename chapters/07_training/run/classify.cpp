#include "07_training/run/classify.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "03_attention/softmax.h"
#include "07_training/run/checkpoint.h"
#include "common/files/image.h"

namespace vit {
namespace {

Tensor<3> picture(const ImageSet& images, std::size_t index) {
    Tensor<3> picture = uninitialised<3>({images.channels, images.height, images.width});
    const std::uint8_t* bytes = images.pixels.data() + index * picture.size();
    std::transform(bytes, bytes + picture.size(), picture.begin(),
                   [](std::uint8_t byte) { return static_cast<Scalar>(byte) / 255; });
    return picture;
}

}  // namespace

void classify_test_images(const std::string& checkpoint, const std::string& data, std::size_t first,
                          std::size_t count) {
    const TrainedModel trained = load_model(checkpoint);
    const ImageSet test = load_idx_data(data).test;
    const VitConfig& config = trained.model.config;
    const Shape trained_on{config.channels, config.image_height, config.image_width},
        found{test.channels, test.height, test.width};
    if (trained_on != found) {
        throw std::runtime_error(fmt::format("{}: the model was trained on images {}, those of {} are {}", checkpoint,
                                             to_string(trained_on), data, to_string(found)));
    }
    const std::size_t largest_label = *std::max_element(test.labels.begin(), test.labels.end());
    if (largest_label >= config.classes) {
        throw std::runtime_error(fmt::format("{}: the model knows {} classes, but {} has the label {}", checkpoint,
                                             config.classes, data, largest_label));
    }
    if (first >= test.count)
        throw std::runtime_error(fmt::format("{} has {} test images, there is no number {}", data, test.count, first));

    std::vector<std::size_t> indices(std::min(count, test.count - first));
    std::iota(indices.begin(), indices.end(), first);
    const Batch batch = make_batch(test, indices, trained.normalisation);
    VitCache cache;
    cache.encoder.keep = Keep::one_block;
    const Tensor<2> probabilities = softmax_forward(vit_forward(trained.model, batch.images, cache));  // (B, Y)
    const Labels predicted = predictions(probabilities);
    for (std::size_t b = 0; b < indices.size(); ++b) {
        fmt::print("{}", terminal_image(picture(test, indices[b])));
        fmt::print("test image {}: taken for {} with {:.1f} %, is {}{}\n\n", indices[b],
                   trained.class_names[predicted[b]], 100 * static_cast<double>(probabilities(b, predicted[b])),
                   trained.class_names.at(batch.labels[b]), predicted[b] == batch.labels[b] ? "" : "  (wrong)");
    }
}

}  // namespace vit
