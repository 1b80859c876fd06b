#include "07_training/run/steps.h"

#include <fmt/core.h>

#include <algorithm>

#include "07_training/frozen.h"
#include "common/report/text.h"
#include "common/tensor/parallel.h"

namespace vit {

Steps::Steps(Training& t) : training_(t) {
    if (t.config.freeze == Freeze::nothing) {
        workers_ = make_workers(t.model.config, std::min({thread_limit(), t.config.batch, t.train.count}));
    } else {
        head_gradient_ = make_linear(t.model.config.width, t.model.config.classes);
        if (can_keep_features(t) && !t.finished()) features_ = compute_features(t);
    }
}

std::string Steps::note() const {
    const Training& t = training_;
    if (t.config.freeze == Freeze::nothing) return "";
    if (features_)
        return fmt::format("features: computed once, for {} training and {} validation images\n",
                           with_thousands(t.train.count), with_thousands(t.validation.count));
    if (t.finished()) return "";
    const bool change = changes_images(t.config.augmentation) || t.config.augmentation.mixup > 0;
    return fmt::format("features: computed in each step, because {}\n",
                       change ? "the images change; with --shift 0 and no other change, once is enough"
                              : "those of all images do not fit into 1 GB");
}

void Steps::begin(std::size_t end) {
    if (features_)
        order_ = order_of_epoch(training_, training_.step() / training_.steps_per_epoch());
    else
        batches_.emplace(training_, end);
}

Score Steps::next() {
    Training& t = training_;
    const double smoothing = t.config.label_smoothing;
    if (t.config.freeze == Freeze::nothing) {
        const Rng dropped = stream(t, Stream::dropout).fork(t.step());
        return parallel_step(t.model, batches_->take(), t.optimiser, workers_, smoothing, &dropped);
    }
    if (!features_) {
        const Batch batch = batches_->take();
        return head_step(t.model.head, features_of(t.model, batch.images), batch, t.optimiser, head_gradient_,
                         smoothing);
    }
    const std::span<const std::size_t> indices = images_of_step(t, t.step(), order_);
    return head_step(t.model.head, rows_of(features_->train, indices), {{}, labels_of(t.train, indices)}, t.optimiser,
                     head_gradient_, smoothing);
}

Parameters Steps::gradient() {
    return workers_.empty() ? head_parameters(head_gradient_) : named_parameters(workers_[0].gradient);
}

Evaluation Steps::validate() const {
    const Training& t = training_;
    return features_ ? evaluate_features(t.model.head, features_->validation, t.validation)
                     : evaluate(t.model, t.validation, t.normalisation);
}

}  // namespace vit
