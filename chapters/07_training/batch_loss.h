// The loss of a batch, mixup included, and the way back from it.
#pragma once

#include "07_training/batches.h"

namespace vit {

struct BatchLoss {
    double mean = 0;    // over the images
    Tensor<2> dlogits;  // (B, Y)
};

/// logits (B, Y) of a batch -> its loss and dlogits, which are times `dloss`. With mixup the losses of both labels
/// count as the two images do. Of the batch only the labels are read.
BatchLoss batch_loss(double label_smoothing, const Tensor<2>& logits, const Batch& batch, double dloss = 1);

}  // namespace vit
