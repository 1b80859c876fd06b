#include "07_training/run/evaluate.h"

#include <algorithm>
#include <numeric>

#include "07_training/run/pieces.h"
#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// The logits of the images [begin, end), into their rows.
void predict_slice(const Vit& model, const Tensor<4>& images, std::size_t begin, std::size_t end, Tensor<2>& logits) {
    VitCache cache;

    for (const auto& [first, last] : pieces_of(model.config, begin, end)) {
        const Tensor<4> piece = xt::view(images, xt::range(first, last));  // (images of the piece, C, H, W)
        xt::view(logits, xt::range(first, last)) = vit_forward(model, piece, cache, nullptr, Keep::one_block);
    }
}

}  // namespace

Tensor<2> predict(const Vit& model, const Tensor<4>& images) {
    const std::size_t count = images.shape()[0], threads = thread_limit();
    Tensor<2> logits = uninitialised<2>({count, model.config.classes});  // (B, Y)
    if (count < threads) {
        predict_slice(model, images, 0, count, logits);
    } else {
        in_parallel(threads, [&](std::size_t i) {
            const auto [begin, end] = slice(count, threads, i);
            predict_slice(model, images, begin, end, logits);
        });
    }
    return logits;
}

Evaluation evaluate(const Vit& model, const ImageSet& set, const Normalisation& normalisation, std::size_t batch_size) {
    Evaluation result;
    for (std::size_t begin = 0; begin < set.count; begin += batch_size) {
        std::vector<std::size_t> indices(std::min(batch_size, set.count - begin));
        std::iota(indices.begin(), indices.end(), begin);
        const Batch batch = make_batch(set, indices, normalisation);
        const Tensor<2> logits = predict(model, batch.images);  // (B, Y)
        CrossEntropyCache cache;
        result.score += score_of(cross_entropy_forward(0, logits, batch.labels, cache), logits, batch.labels);
        const Labels predicted = predictions(logits);
        result.predicted.insert(result.predicted.end(), predicted.begin(), predicted.end());
    }
    return result;
}

}  // namespace vit
