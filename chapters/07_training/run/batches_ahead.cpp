#include "07_training/run/batches_ahead.h"

#include <algorithm>

#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// The batch of a step: its images, in the order of this epoch, changed at random.
Batch batch_of_step(const Training& t, std::size_t step, const std::vector<std::size_t>& order) {
    const std::size_t epoch = step / t.steps_per_epoch();
    Batch batch = make_augmented_batch(t.train, images_of_step(t, step, order), t.normalisation, t.config.augmentation,
                                       stream(t, Stream::changes_of_images).fork(epoch));
    if (t.config.augmentation.mixup > 0)
        mix_up(batch, t.config.augmentation.mixup, stream(t, Stream::mixing).fork(step));
    return batch;
}

}  // namespace

std::vector<std::size_t> order_of_epoch(const Training& t, std::size_t epoch) {
    return stream(t, Stream::order_of_images).fork(epoch).permutation(t.train.count);
}

std::span<const std::size_t> images_of_step(const Training& t, std::size_t step,
                                            const std::vector<std::size_t>& order) {
    const std::size_t begin = step % t.steps_per_epoch() * t.config.batch;
    return std::span(order).subspan(begin, std::min(t.config.batch, order.size() - begin));
}

BatchesAhead::BatchesAhead(const Training& training, std::size_t end)
    : training_(training), end_(end), next_(training.step()) {
    order_ = order_of_epoch(training, next_ / training.steps_per_epoch());
    make_next();
}

Batch BatchesAhead::take() {
    Batch batch = ahead_.get();
    make_next();
    return batch;
}

void BatchesAhead::make_next() {
    if (next_ == end_) return;
    ahead_ = std::async(std::launch::async, [this, step = next_] {
        const ThreadLimit threads(training_.config.threads);
        return batch_of_step(training_, step, order_);
    });
    ++next_;
}

}  // namespace vit
