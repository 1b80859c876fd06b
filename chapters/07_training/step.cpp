#include "07_training/step.h"

#include <algorithm>
#include <numeric>

#include "common/parallel.h"

namespace vit {
namespace {

void set_to_zero(const Parameters& parameters) {
    for (const Parameter& p : parameters) std::fill(p.values.begin(), p.values.end(), Scalar(0));
}

void add(const Parameters& sum, const Parameters& other) {
    for (std::size_t i = 0; i < sum.size(); ++i)
        for (std::size_t j = 0; j < sum[i].values.size(); ++j) sum[i].values[j] += other[i].values[j];
}

}  // namespace

std::vector<Worker> make_workers(const VitConfig& config, std::size_t count) {
    std::vector<Worker> workers(std::max<std::size_t>(1, count));
    for (Worker& worker : workers) worker.gradient = make_vit(config);
    return workers;
}

Score compute_gradient(const Vit& model, std::size_t images, const MakeSlice& make_slice, std::vector<Worker>& workers,
                       double label_smoothing, const Rng* rng) {
    const std::size_t count = std::min(workers.size(), images);
    std::vector<Score> scores(count);
    const ProductThreads one(1);  // the batch is split already
    in_parallel(count, [&](std::size_t i) {
        Worker& worker = workers[i];
        const auto [begin, end] = slice(images, count, i);
        const Batch batch = make_slice(begin, end);
        Rng slice_rng = rng ? rng->fork(i) : Rng(0);
        // Forward.
        const Tensor<2> logits = vit_forward(model, batch.images, worker.cache, rng ? &slice_rng : nullptr);
        const double loss = cross_entropy_forward(logits, batch.labels, worker.loss, label_smoothing);
        scores[i] = score(loss, logits, batch.labels);
        // Backward. The loss of the batch is the mean over all its images: this slice's share is its share of the images.
        const double share = static_cast<double>(end - begin) / static_cast<double>(images);
        set_to_zero(named_parameters(worker.gradient));
        vit_backward(model, worker.cache, cross_entropy_backward(worker.loss, batch.labels, label_smoothing, share),
                     worker.gradient);
    });
    Score sum;
    for (std::size_t i = 0; i < count; ++i) {
        sum += scores[i];
        if (i > 0) add(named_parameters(workers[0].gradient), named_parameters(workers[i].gradient));
    }
    return sum;
}

Tensor<2> predict(const Vit& model, const Tensor<4>& images, std::size_t threads) {
    const std::size_t count = images.shape()[0], parts = count < threads ? 1 : std::max<std::size_t>(1, threads);
    const ProductThreads product_threads(parts == 1 ? threads : 1);
    Tensor<2> logits = uninitialised<2>({count, model.config.classes});
    in_parallel(parts, [&](std::size_t i) {
        const auto [begin, end] = slice(count, parts, i);
        VitCache cache;
        cache.encoder.keep = Keep::one_block;
        const Tensor<2> part = vit_forward(model, parts == 1 ? images : Tensor<4>(xt::view(images, xt::range(begin, end))), cache);
        std::copy(part.begin(), part.end(), logits.data() + begin * model.config.classes);
    });
    return logits;
}

Evaluation evaluate(const Vit& model, const ImageSet& images, const Normalisation& normalisation, std::size_t threads,
                    std::size_t batch) {
    Evaluation result;
    for (std::size_t begin = 0; begin < images.count; begin += batch) {
        std::vector<std::size_t> indices(std::min(batch, images.count - begin));
        std::iota(indices.begin(), indices.end(), begin);
        const Batch part = make_batch(images, indices, normalisation);
        const Tensor<2> logits = predict(model, part.images, threads);
        CrossEntropyCache cache;
        result.score += score(cross_entropy_forward(logits, part.labels, cache), logits, part.labels);
        const Labels predicted = predictions(logits);
        result.predicted.insert(result.predicted.end(), predicted.begin(), predicted.end());
    }
    return result;
}

}  // namespace vit
