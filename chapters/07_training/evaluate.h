// A model's answers for many images, without a backward pass.
#pragma once

#include "06_vit_head/vit.h"
#include "07_training/batches.h"
#include "07_training/metrics.h"

namespace vit {

/// images (B, C, H, W) -> features (B, D), what the head reads of each image: without dropout and without keeping
/// anything for a backward pass. The images are split over the threads of thread_limit(); where there are fewer images
/// than threads, the work of each layer is.
Tensor<2> features_of(const Vit& model, const Tensor<4>& images);

/// images (B, C, H, W) -> logits (B, Y): the features, and the head.
Tensor<2> predict(const Vit& model, const Tensor<4>& images);

/// What a model makes of a set of images.
struct Evaluation {
    Score score;
    Labels predicted;  // one for each image
};

/// Adds a batch to an evaluation.
void add_batch(Evaluation& evaluation, const Tensor<2>& logits, const Labels& labels);

/// Runs all images of a set through the model, `batch_size` at a time.
Evaluation evaluate(const Vit& model, const ImageSet& set, const Normalisation& normalisation,
                    std::size_t batch_size = 256);

}  // namespace vit
