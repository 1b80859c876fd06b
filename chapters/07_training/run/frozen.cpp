#include "07_training/run/frozen.h"

#include "07_training/clip_gradients.h"
#include "07_training/run/batch_loss.h"

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

Score head_step(Linear& head, const Tensor<2>& features, const Batch& batch, Optimiser& optimiser, Linear& grad,
                double label_smoothing) {
    grad.weight.fill(0);
    grad.bias.fill(0);
    const Tensor<2> logits = linear_forward(head, features);  // (B, Y)
    const BatchLoss loss = batch_loss(label_smoothing, logits, batch);
    linear_backward(head, features, loss.dlogits, grad);  // dL/dfeatures, which nobody needs
    clip_gradients(head_parameters(grad), optimiser.largest_norm);
    adamw_step(optimiser.adamw, optimiser.learning_rate(), head_parameters(head), head_parameters(grad));
    return score_of(loss.mean, logits, batch.labels);
}

}  // namespace vit
