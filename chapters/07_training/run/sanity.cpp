#include "07_training/run/sanity.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vit {
namespace {

Batch first_images(const Training& t, std::size_t count) {
    std::vector<std::size_t> indices(std::min(count, t.train.count));
    std::iota(indices.begin(), indices.end(), std::size_t(0));
    return make_batch(t.train, indices, t.normalisation);
}

}  // namespace

void check_initial_loss(const Training& t) {
    const Batch batch = first_images(t, 64);
    VitCache cache;
    CrossEntropyCache loss_cache;
    const double loss = cross_entropy_forward(vit_forward(t.model, batch.images, cache), batch.labels, loss_cache);
    const auto classes = t.class_names.size();
    fmt::print("check: the initial loss is {:.4f}, and it must be ln {} = {:.4f}\n", loss, classes,
               std::log(static_cast<double>(classes)));
}

void overfit_one_batch(const Training& t, std::size_t images, std::size_t most_steps) {
    const Batch batch = first_images(t, images);
    Vit model = t.model;
    std::vector<Worker> workers = make_workers(model.config, 1);
    const Parameters parameters = named_parameters(model), gradients = named_parameters(workers[0].gradient);
    AdamW optimiser = make_adamw(parameters);
    Score score;
    std::size_t step = 0;
    do {
        score = compute_gradient(
            model, batch.labels.size(), [&](std::size_t begin, std::size_t end) { return part_of(batch, begin, end); },
            workers);
        clip_gradients(gradients, 1);
        adamw_step(optimiser, {.weight_decay = 0}, 2e-3, parameters, gradients);
    } while (++step < most_steps && (score.right < score.images || score.loss() > 0.01));
    fmt::print("check: one batch of {} images, learned by heart: loss {:.4f}, {} of {} right after {} steps\n",
               score.images, score.loss(), score.right, score.images, step);
}

}  // namespace vit
