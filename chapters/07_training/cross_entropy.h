// Cross-entropy: how surprised the model is by the right answer, averaged over the batch.
//
//     loss = -1/B sum_b log softmax(logits_b)[label_b]        logits (B, Y), one label for each image
//
// Computed from the logits, not from probabilities: with the largest logit of the image taken out first,
//
//     log p_y = (logit_y - largest) - log sum_i exp(logit_i - largest)        p = softmax(logits)
//
// is also right where p itself is rounded to 0 and has no logarithm any more.
//
// Label smoothing s (Szegedy et al. 2016, section 7) asks for a little of every class, so that the model has no reason
// to grow its logits for ever:
//
//     target_y = s / Y + (1 - s if y is the label)
//     loss_b   = -sum_y target_y log p_y = (1 - s) (-log p_label) + s (mean of -log p_y over the classes)
//
// A logit of -infinity rules its class out: p is 0, smoothing asks nothing of it (Y counts the other classes), and its
// gradient is 0. If the label itself is ruled out, the loss is infinite.
#pragma once

#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// The right class of each image.
using Labels = std::vector<std::size_t>;

struct CrossEntropyCache {
    Tensor<2> probabilities;  // (B, Y), softmax of the logits
    Tensor<2> smoothing;      // (B, Y), the part s / Y of the target
    Labels labels;            // (B)
};

/// logits (B, Y), labels (B) -> the loss, in nats. Throws std::invalid_argument if there are no images, their number is
/// not that of the labels, a label is not below Y, or the label smoothing is not in [0, 1).
double cross_entropy_forward(double label_smoothing, const Tensor<2>& logits, const Labels& labels,
                             CrossEntropyCache& cache);

/// dlogits (B, Y) = dloss (p - target) / B. `dloss` is the upstream gradient: 1 where the loss is the end.
Tensor<2> cross_entropy_backward(double label_smoothing, const CrossEntropyCache& cache, double dloss = 1);

}  // namespace vit
