#include "07_training/evaluate.h"

#include <algorithm>
#include <numeric>

#include "07_training/pieces.h"
#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// The features of the images [begin, end), into their rows.
void compute_slice(const Vit& model, const Tensor<4>& images, std::size_t begin, std::size_t end, Tensor<2>& features) {
    VitCache cache;
    for (const auto& [first, last] : pieces_of(model.config, begin, end)) {
        const Tensor<4> piece = xt::view(images, xt::range(first, last));  // (images of the piece, C, H, W)
        vit_forward(model, piece, cache, nullptr, Keep::one_block);
        xt::view(features, xt::range(first, last)) = cache.pooled;
    }
}

}  // namespace

Tensor<2> features_of(const Vit& model, const Tensor<4>& images) {
    const std::size_t count = images.shape()[0], threads = thread_limit();
    Tensor<2> features = uninitialised<2>({count, model.config.width});  // (B, D)
    if (count < threads) {
        compute_slice(model, images, 0, count, features);
    } else {
        in_parallel(threads, [&](std::size_t i) {
            const auto [begin, end] = slice(count, threads, i);
            compute_slice(model, images, begin, end, features);
        });
    }
    return features;
}

Tensor<2> predict(const Vit& model, const Tensor<4>& images) {
    return linear_forward(model.head, features_of(model, images));
}

void add_batch(Evaluation& evaluation, const Tensor<2>& logits, const Labels& labels) {
    CrossEntropyCache cache;
    evaluation.score += score_of(cross_entropy_forward(0, logits, labels, cache), logits, labels);
    const Labels predicted = predictions(logits);
    evaluation.predicted.insert(evaluation.predicted.end(), predicted.begin(), predicted.end());
}

Evaluation evaluate(const Vit& model, const ImageSet& set, const Normalisation& normalisation, std::size_t batch_size) {
    Evaluation result;
    for (std::size_t begin = 0; begin < set.count; begin += batch_size) {
        std::vector<std::size_t> indices(std::min(batch_size, set.count - begin));
        std::iota(indices.begin(), indices.end(), begin);
        const Batch batch = make_batch(set, indices, normalisation);
        add_batch(result, predict(model, batch.images), batch.labels);
    }
    return result;
}

}  // namespace vit
