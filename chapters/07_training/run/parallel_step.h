// The training step of train_step.h, split over the processor's cores.
//
// Images do not see each other in a Vision Transformer, so a batch can be cut into slices: each thread runs its slice
// forward and backward with a cache and a gradient of its own, a few images at a time. The gradients are then added in
// a fixed order: the same number of threads gives the same bits, whichever thread is done first.
#pragma once

#include "07_training/train_step.h"

namespace vit {

/// What one thread works with. Kept from step to step, and with it the memory.
struct Worker {
    VitCache cache;
    Vit gradient;
};

/// `count` workers for a model of this config, at least one.
std::vector<Worker> make_workers(const VitConfig& config, std::size_t count);

/// Runs a batch forward and backward and leaves the gradient of its mean loss in workers[0].gradient. Returns the
/// batch's score. Dropout acts only where random numbers are given; worker i uses rng->fork(i).
Score compute_gradient(const Vit& model, const Batch& batch, std::vector<Worker>& workers, double label_smoothing = 0,
                       const Rng* rng = nullptr);

/// train_step with each of the workers in a thread of its own. The gradient, clipped, is left in workers[0].gradient.
Score parallel_step(Vit& model, const Batch& batch, Optimiser& optimiser, std::vector<Worker>& workers,
                    double label_smoothing = 0, const Rng* rng = nullptr);

}  // namespace vit
