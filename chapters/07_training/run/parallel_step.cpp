#include "07_training/run/parallel_step.h"

#include <algorithm>
#include <numeric>

#include "common/tensor/parallel.h"

namespace vit {
namespace {

void set_to_zero(const Parameters& parameters) {
    for (const Parameter& p : parameters) std::fill(p.values.begin(), p.values.end(), Scalar(0));
}

void add(const Parameters& sum, const Parameters& other) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
        in_slices(sum[i].values.size(), 0.5, [&](std::size_t begin, std::size_t end) {
            for (std::size_t j = begin; j < end; ++j) sum[i].values[j] += other[i].values[j];
        });
    }
}

/// Calls work(first, last) for pieces of the images [begin, end). Forward and backward together keep only what one
/// piece needs, and what a layer writes is still in or near the core's own cache when the next one reads it.
template <class Work>
void for_each_piece(const VitConfig& config, std::size_t begin, std::size_t end, const Work& work) {
    constexpr std::size_t tokens_at_a_time = 600;
    const std::size_t images_at_a_time = std::max<std::size_t>(1, tokens_at_a_time / config.tokens());
    const std::size_t pieces = (end - begin + images_at_a_time - 1) / images_at_a_time;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
        const auto [first, last] = slice(end - begin, pieces, piece);
        work(begin + first, begin + last);
    }
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
    in_parallel(count, [&](std::size_t i) {
        Worker& worker = workers[i];
        Rng worker_rng = rng ? rng->fork(i) : Rng(0);
        set_to_zero(named_parameters(worker.gradient));
        const auto [begin, end] = slice(images, count, i);
        for_each_piece(model.config, begin, end, [&](std::size_t first, std::size_t last) {
            const Batch piece = make_slice(first, last);
            // Forward.
            const Tensor<2> logits = vit_forward(model, piece.images, worker.cache, rng ? &worker_rng : nullptr);
            const double loss = cross_entropy_forward(logits, piece.labels, worker.loss, label_smoothing);
            scores[i] += score(loss, logits, piece.labels);
            // Backward. The loss of the batch is the mean over all its images: a piece's share is its share of the
            // images.
            const double share = static_cast<double>(last - first) / static_cast<double>(images);
            vit_backward(model, worker.cache, cross_entropy_backward(worker.loss, piece.labels, label_smoothing, share),
                         worker.gradient);
        });
    });
    Score sum;
    for (std::size_t i = 0; i < count; ++i) {
        sum += scores[i];
        if (i > 0) add(named_parameters(workers[0].gradient), named_parameters(workers[i].gradient));
    }
    return sum;
}

Tensor<2> predict(const Vit& model, const Tensor<4>& images) {
    const std::size_t count = images.shape()[0], threads = thread_limit();
    Tensor<2> logits = uninitialised<2>({count, model.config.classes});
    const auto run = [&](std::size_t begin, std::size_t end) {
        VitCache cache;
        cache.encoder.keep = Keep::one_block;
        for_each_piece(model.config, begin, end, [&](std::size_t first, std::size_t last) {
            const Tensor<2> piece = vit_forward(model, xt::view(images, xt::range(first, last)), cache);
            std::copy(piece.begin(), piece.end(), logits.data() + first * model.config.classes);
        });
    };
    if (count < threads) {
        run(0, count);
    } else {
        in_parallel(threads,
                    [&](std::size_t i) { run(slice(count, threads, i).first, slice(count, threads, i).second); });
    }
    return logits;
}

Evaluation evaluate(const Vit& model, const ImageSet& images, const Normalisation& normalisation, std::size_t batch) {
    Evaluation result;
    for (std::size_t begin = 0; begin < images.count; begin += batch) {
        std::vector<std::size_t> indices(std::min(batch, images.count - begin));
        std::iota(indices.begin(), indices.end(), begin);
        const Batch part = make_batch(images, indices, normalisation);
        const Tensor<2> logits = predict(model, part.images);
        CrossEntropyCache cache;
        result.score += score(cross_entropy_forward(logits, part.labels, cache), logits, part.labels);
        const Labels predicted = predictions(logits);
        result.predicted.insert(result.predicted.end(), predicted.begin(), predicted.end());
    }
    return result;
}

}  // namespace vit
