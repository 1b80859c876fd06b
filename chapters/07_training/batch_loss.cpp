#include "07_training/batch_loss.h"

namespace vit {

BatchLoss batch_loss(double label_smoothing, const Tensor<2>& logits, const Batch& batch, double dloss) {
    CrossEntropyCache cache;
    const double own = cross_entropy_forward(label_smoothing, logits, batch.labels, cache);
    BatchLoss loss{own, cross_entropy_backward(label_smoothing, cache, dloss * batch.share)};
    if (batch.other_labels.empty()) return loss;
    const double other = cross_entropy_forward(label_smoothing, logits, batch.other_labels, cache);
    loss.mean = batch.share * own + (1 - batch.share) * other;
    loss.dlogits += cross_entropy_backward(label_smoothing, cache, dloss * (1 - batch.share));
    return loss;
}

}  // namespace vit
