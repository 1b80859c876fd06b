// The batches of an epoch, made while the step before runs.
#pragma once

#include <future>
#include <span>
#include <vector>

#include "07_training/run/training.h"

namespace vit {

/// The order in which an epoch takes the training images; epochs are counted from 0.
std::vector<std::size_t> order_of_epoch(const Training& training, std::size_t epoch);

/// The images of a step, in the order of its epoch.
std::span<const std::size_t> images_of_step(const Training& training, std::size_t step,
                                            const std::vector<std::size_t>& order);

/// Each batch is made in a thread of its own, one ahead of the one that is taken: reading, decoding and changing images
/// takes no time from the training as long as a core is free. Which images, and how they are changed, depends on the
/// seed and the step alone.
class BatchesAhead {
public:
    /// The batches of the steps from the one that the run is at up to `end`, which are all of one epoch. The run must
    /// live longer than this.
    BatchesAhead(const Training& training, std::size_t end);

    /// The next one. Throws what reading its images throws.
    Batch take();

private:
    void make_next();

    const Training& training_;
    std::vector<std::size_t> order_;
    std::size_t end_, next_;
    std::future<Batch> ahead_;  // the last member: it is waited for before the others go
};

}  // namespace vit
