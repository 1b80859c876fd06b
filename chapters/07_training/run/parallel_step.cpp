#include "07_training/run/parallel_step.h"

#include <algorithm>

#include "07_training/batch_loss.h"
#include "07_training/clip_gradients.h"
#include "07_training/pieces.h"
#include "common/tensor/parallel.h"

namespace vit {
namespace {

void set_to_zero(const Parameters& parameters) {
    for (const Parameter& p : parameters) std::fill(p.values.begin(), p.values.end(), Scalar(0));
}

/// sum += other
void add(const Parameters& sum, const Parameters& other) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
        in_slices(sum[i].values.size(), 0.5, [&](std::size_t begin, std::size_t end) {
            for (std::size_t j = begin; j < end; ++j) sum[i].values[j] += other[i].values[j];
        });
    }
}

/// The images [begin, end) of a batch forward and backward: their part of the batch's gradient goes to worker.gradient.
Score run_slice(const Vit& model, const Batch& batch, std::size_t begin, std::size_t end, Worker& worker,
                double label_smoothing, Rng* rng) {
    set_to_zero(named_parameters(worker.gradient));
    Score sum;
    for (const auto& [first, last] : pieces_of(model.config, begin, end)) {
        const Batch piece = part_of(batch, first, last);
        const Tensor<2> logits = vit_forward(model, piece.images, worker.cache, rng);  // (images of the piece, Y)
        // The loss of the batch is the mean over all its images: a piece's share is its share of the images.
        const double share = static_cast<double>(last - first) / static_cast<double>(batch.labels.size());
        const BatchLoss loss = batch_loss(label_smoothing, logits, piece, share);
        sum += score_of(loss.mean, logits, piece.labels);
        vit_backward(model, worker.cache, loss.dlogits, worker.gradient);
    }
    return sum;
}

}  // namespace

std::vector<Worker> make_workers(const VitConfig& config, std::size_t count) {
    std::vector<Worker> workers(std::max<std::size_t>(1, count));
    for (Worker& worker : workers) worker.gradient = make_vit(config);
    return workers;
}

Score compute_gradient(const Vit& model, const Batch& batch, std::vector<Worker>& workers, double label_smoothing,
                       const Rng* rng) {
    const std::size_t count = std::min(workers.size(), batch.labels.size());
    std::vector<Score> scores(count);
    in_parallel(count, [&](std::size_t i) {
        const auto [begin, end] = slice(batch.labels.size(), count, i);
        Rng worker_rng = rng ? rng->fork(i) : Rng(0);
        scores[i] = run_slice(model, batch, begin, end, workers[i], label_smoothing, rng ? &worker_rng : nullptr);
    });
    Score sum;
    for (const Score& score : scores) sum += score;
    for (std::size_t i = 1; i < count; ++i)
        add(named_parameters(workers[0].gradient), named_parameters(workers[i].gradient));
    return sum;
}

Score parallel_step(Vit& model, const Batch& batch, Optimiser& optimiser, std::vector<Worker>& workers,
                    double label_smoothing, const Rng* rng) {
    const Score score = compute_gradient(model, batch, workers, label_smoothing, rng);
    const Parameters gradients = named_parameters(workers[0].gradient);
    clip_gradients(gradients, optimiser.largest_norm);
    adamw_step(optimiser.adamw, optimiser.learning_rate(), named_parameters(model), gradients);
    return score;
}

}  // namespace vit
