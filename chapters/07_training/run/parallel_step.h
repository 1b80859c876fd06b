// One training step, and one pass of evaluation, each split over the processor's cores.
//
// Images do not see each other in a Vision Transformer, so a batch can be cut into slices: each thread runs its slice
// forward and backward with a cache and a gradient of its own, a few images at a time. The gradients are then added in
// a fixed order: the same number of threads gives the same bits, whichever thread is done first.
#pragma once

#include <functional>

#include "06_vit_head/vit.h"
#include "07_training/adamw.h"
#include "07_training/batches.h"
#include "07_training/metrics.h"

namespace vit {

/// What one thread works with. Kept from step to step, and with it the memory.
struct Worker {
    VitCache cache;
    CrossEntropyCache loss;
    Vit gradient;
};

/// `count` workers for a model of this config.
std::vector<Worker> make_workers(const VitConfig& config, std::size_t count);

/// The images [begin, end) of a batch.
using MakeSlice = std::function<Batch(std::size_t begin, std::size_t end)>;

/// Runs a batch of `images` images forward and backward and leaves the gradient of its mean loss in
/// workers[0].gradient. Returns the batch's score. Dropout acts only where random numbers are given; worker i uses
/// rng->fork(i).
Score compute_gradient(const Vit& model, std::size_t images, const MakeSlice& make_slice, std::vector<Worker>& workers,
                       double label_smoothing = 0, const Rng* rng = nullptr);

/// images (B, C, H, W) -> logits (B, Y), without dropout and without keeping anything for a backward pass. The images
/// are split over the threads of thread_limit(); where there are fewer images than threads, the work of each layer is.
Tensor<2> predict(const Vit& model, const Tensor<4>& images);

/// The model's answers for a set of images.
struct Evaluation {
    Score score;
    Labels predicted;  // one for each image
};

/// Runs all images through the model, `batch` at a time.
Evaluation evaluate(const Vit& model, const ImageSet& images, const Normalisation& normalisation,
                    std::size_t batch = 256);

}  // namespace vit
