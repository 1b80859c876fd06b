// The steps of a run: of the whole model, or of its head alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "07_training/run/batches_ahead.h"
#include "07_training/run/features.h"
#include "07_training/run/parallel_step.h"

namespace vit {

/// Makes the steps of a run one by one. What they work with is kept from step to step. The run must live longer.
class Steps {
public:
    /// With a frozen backbone: computes the features of all images, if they can be kept (features.h).
    explicit Steps(Training& training);

    /// Where the features of a frozen backbone come from, as a line to print; empty if all trains.
    std::string note() const;

    /// The next steps are those up to `end`, which are all of one epoch.
    void begin(std::size_t end);
    /// Makes the next step. Returns the score of its batch.
    Score next();
    /// The gradient of the last step, clipped: of the parameters that train.
    Parameters gradient();
    /// Measures the model on the validation images.
    Evaluation validate() const;

private:
    Training& training_;
    std::vector<Worker> workers_;          // the whole model trains
    Linear head_gradient_;                 // the head trains alone,
    std::optional<Features> features_;     // on features that are kept,
    std::vector<std::size_t> order_;       // in this epoch's order of them
    std::optional<BatchesAhead> batches_;  // of images, where there are no features
};

}  // namespace vit
