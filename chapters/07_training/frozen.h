// A frozen backbone: only the head learns.
//
//     images (B, C, H, W) -> backbone -> features (B, D) -> head -> logits (B, Y)
//
// Nothing in front of the features moves. So the way back ends at the head, the optimiser knows only the head's
// parameters, there is no dropout, and nothing but the features is kept of the forward pass.
#pragma once

#include "07_training/train_step.h"

namespace vit {

/// What keeps the weights that it begins with.
enum class Freeze { nothing, backbone };  // the backbone is all of the model but its head

/// "head.weight" and "head.bias", and all other parameters of a model.
Parameters head_parameters(Linear& head);
Parameters backbone_parameters(Vit& model);

/// train_step for the head alone: features (B, D) in place of the batch's images, which are not read. The optimiser's
/// state is for weight and bias, in this order. What was in `grad` does not matter; the gradient, clipped, is left
/// there.
Score head_step(Linear& head, const Tensor<2>& features, const Batch& batch, Optimiser& optimiser, Linear& grad,
                double label_smoothing = 0);

/// The parameters that train, under the names that they have in the model: all, or with a frozen backbone those of the
/// head. The optimiser knows no others.
Parameters trained_parameters(Vit& model, Freeze freeze);

}  // namespace vit
