#include "07_training/frozen.h"

#include "07_training/batch_loss.h"
#include "07_training/clip_gradients.h"

namespace vit {

Parameters head_parameters(Linear& head) {
    Parameters parameters;
    append(parameters, "head", named_parameters(head));
    return parameters;
}

Parameters backbone_parameters(Vit& model) {
    Parameters parameters = named_parameters(model);
    std::erase_if(parameters, [](const Parameter& p) { return p.name.starts_with("head."); });
    return parameters;
}

// #region exercise 7.9 head_step (medium, 10 minutes)
Score head_step(Linear& head, const Tensor<2>& features, const Batch& batch, Optimiser& optimiser, Linear& grad,
                double label_smoothing) {
    // 1. The gradient of the step before is forgotten.
    grad.weight.fill(0);
    grad.bias.fill(0);
    // 2. Forward, from the features on.
    const Tensor<2> logits = linear_forward(head, features);  // (B, Y)
    // 3. The loss of the batch, mixup included: batch_loss.
    const BatchLoss loss = batch_loss(label_smoothing, logits, batch);
    // 4. Backward. The way ends at the head: nobody needs dL/dfeatures.
    linear_backward(head, features, loss.dlogits, grad);
    // 5. No step is too long.
    clip_gradients(head_parameters(grad), optimiser.largest_norm);
    // 6. Weight and bias move a little, so that the loss becomes smaller.
    adamw_step(optimiser.adamw, optimiser.learning_rate(), head_parameters(head), head_parameters(grad));
    // 7. The score is that of the head before the step.
    return score_of(loss.mean, logits, batch.labels);
}
// #endregion

// #region exercise 7.10 trained_parameters (easy, 5 minutes)
Parameters trained_parameters(Vit& model, Freeze freeze) {
    // 1. What moves if the backbone must stay as it is, and what if nothing must?
    return freeze == Freeze::backbone ? head_parameters(model.head) : named_parameters(model);
}
// #endregion

}  // namespace vit
