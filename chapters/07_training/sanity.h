// Two questions to ask before training, because a run that is broken looks like a run that is slow.
#pragma once

#include <functional>

#include "07_training/train_step.h"

namespace vit {

/// Does a fresh model start where it must? Its head is zero, so it gives each of the Y classes the same probability,
/// and its loss on any batch must be ln Y. Returns the loss, without dropout.
double initial_loss(const Vit& model, const Batch& batch);

/// How a model came to know one batch.
struct LearnedByHeart {
    Score score;
    std::size_t steps = 0;
    bool out_of_time = false;  // a large model needs longer
};

/// What makes a step of the training: train_step, or what does the same in another way.
using Step = std::function<Score(Vit& model, const Batch& batch, Optimiser& optimiser)>;

inline Score plain_step(Vit& model, const Batch& batch, Optimiser& optimiser) {
    return train_step(model, batch, optimiser);
}

/// Can the model learn one batch by heart? Trains a copy of it, without dropout, until all answers are right and the
/// loss is at most 0.01, `most_steps` are made, or `most_seconds` are over. A model that cannot do this will not learn
/// anything else.
LearnedByHeart overfit_one_batch(Vit model, const Batch& batch, const Step& step = plain_step,
                                 std::size_t most_steps = 200, double most_seconds = 30);

}  // namespace vit
