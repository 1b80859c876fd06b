#include "07_training/run/features.h"

#include <algorithm>
#include <numeric>

#include "common/report/progress.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

/// The indices [begin, end).
std::vector<std::size_t> range(std::size_t begin, std::size_t end) {
    std::vector<std::size_t> indices(end - begin);
    std::iota(indices.begin(), indices.end(), begin);
    return indices;
}

Tensor<2> features_of_set(const Training& t, const ImageSet& set, Progress& progress) {
    constexpr std::size_t at_a_time = 256;
    Tensor<2> features = uninitialised<2>({set.count, t.model.config.width});  // (images, D)
    for (std::size_t begin = 0; begin < set.count; begin += at_a_time) {
        const std::size_t end = std::min(begin + at_a_time, set.count);
        const Batch batch = make_batch(set, range(begin, end), t.normalisation);
        xt::view(features, xt::range(begin, end)) = features_of(t.model, batch.images);
        progress.advance(end - begin);
    }
    return features;
}

}  // namespace

bool can_keep_features(const Training& t, double most_bytes) {
    const auto images = static_cast<double>(t.train.count + t.validation.count);
    const double bytes = images * static_cast<double>(t.model.config.width * sizeof(Scalar));
    const Augmentation& changes = t.config.augmentation;
    return t.config.freeze == Freeze::backbone && !changes_images(changes) && changes.mixup == 0 && bytes <= most_bytes;
}

Features compute_features(const Training& t) {
    Progress progress("features", t.train.count + t.validation.count);
    return {features_of_set(t, t.train, progress), features_of_set(t, t.validation, progress)};
}

Tensor<2> rows_of(const Tensor<2>& features, std::span<const std::size_t> indices) {
    Tensor<2> rows = uninitialised<2>({indices.size(), features.shape()[1]});  // (B, D)
    for (std::size_t b = 0; b < indices.size(); ++b)
        std::ranges::copy(row_of(features, indices[b]), row_of(rows, b).begin());
    return rows;
}

Evaluation evaluate_features(const Linear& head, const Tensor<2>& features, const ImageSet& set,
                             std::size_t batch_size) {
    Evaluation result;
    for (std::size_t begin = 0; begin < set.count; begin += batch_size) {
        const std::vector<std::size_t> indices = range(begin, std::min(begin + batch_size, set.count));
        add_batch(result, linear_forward(head, rows_of(features, indices)), labels_of(set, indices));
    }
    return result;
}

}  // namespace vit
