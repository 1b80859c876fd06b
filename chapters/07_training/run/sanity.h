// Two questions to ask before training, because a run that is broken looks like a run that is slow.
#pragma once

#include "07_training/run/training.h"

namespace vit {

/// Does a fresh model start where it must? Its head is zero, so it gives every class the same probability, and the loss
/// must be ln Y. Prints both.
void check_initial_loss(const Training& training);

/// Can the model learn one batch by heart? Trains a copy of it on `images` training images, unchanged and without
/// dropout, until it knows all of them or `most_steps` are made. Prints loss and accuracy; a model that cannot do this
/// will not learn anything else.
void overfit_one_batch(const Training& training, std::size_t images = 32, std::size_t most_steps = 200);

}  // namespace vit
