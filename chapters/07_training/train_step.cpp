#include "07_training/train_step.h"

#include "07_training/clip_gradients.h"

namespace vit {

// #region exercise 7.8 train_step (medium, 15 minutes)
Score train_step(Vit& model, const Batch& batch, Optimiser& optimiser, double label_smoothing, Rng* rng) {
    VitCache cache;
    CrossEntropyCache loss_cache;
    Vit grad = make_vit(model.config);  // all zero

    // 1. Forward: a score for each class of each image.
    const Tensor<2> logits = vit_forward(model, batch.images, cache, rng);  // (B, Y)
    // 2. The loss: how wrong they are.
    const double loss = cross_entropy_forward(label_smoothing, logits, batch.labels, loss_cache);
    // 3. Backward: from the loss to every parameter.
    const Tensor<2> dlogits = cross_entropy_backward(label_smoothing, loss_cache);  // (B, Y)
    vit_backward(model, cache, dlogits, grad);
    // 4. No step is too long.
    clip_gradients(named_parameters(grad), optimiser.largest_norm);
    // 5. Every parameter moves a little, so that the loss becomes smaller.
    adamw_step(optimiser.adamw, optimiser.learning_rate(), named_parameters(model), named_parameters(grad));
    return score_of(loss, logits, batch.labels);
}
// #endregion

}  // namespace vit
