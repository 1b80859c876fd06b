// One step of training: forward, loss, backward, clip, update.
//
//     images -> logits -> loss
//     the gradient of every parameter <- dlogits <-
//
// A run makes the same step with the batch split over the cores (run/parallel_step.h); a test holds the two equal.
#pragma once

#include "06_vit_head/vit.h"
#include "07_training/adamw.h"
#include "07_training/batches.h"
#include "07_training/metrics.h"
#include "07_training/schedule.h"

namespace vit {

/// All that turns a gradient into a step.
struct Optimiser {
    AdamW adamw;
    Schedule schedule;        // the learning rate of each step
    double largest_norm = 1;  // of the whole gradient; 0: not clipped

    /// The rate of the next step.
    double learning_rate() const { return learning_rate_at(schedule, adamw.step); }
};

/// Makes one step with the images and labels of a batch. Returns the batch's score: that of the model before the step.
/// Dropout acts only where random numbers are given.
Score train_step(Vit& model, const Batch& batch, Optimiser& optimiser, double label_smoothing = 0, Rng* rng = nullptr);

}  // namespace vit
