// Cross-entropy: how surprised the model is by the right answer, averaged over the batch.
//
//     loss = -1/B sum_b log softmax(logits_b)[label_b]        logits (B, Y), one label for each image
//
// Computed from the logits, not from probabilities: log(exp(x) / sum exp) = x - log sum exp, with the row's maximum
// taken out first, is finite for all logits; the logarithm of a probability that was rounded to 0 is not.
//
// Label smoothing s (Szegedy et al. 2016, section 7) asks for the probability 1 - s + s/Y of the label and s/Y of every
// other class, so that the model has no reason to grow its logits for ever.
#pragma once

#include <span>

#include "common/tensor/tensor.h"

namespace vit {

/// The right class of each image.
using Labels = std::vector<std::size_t>;

struct CrossEntropyCache {
    Tensor<2> probabilities;  // (B, Y), softmax of the logits
};

/// logits (B, Y), labels (B) -> the loss, in nats. Throws std::invalid_argument if there are no images, their number is
/// not that of the labels, or a label is not below Y.
double cross_entropy_forward(const Tensor<2>& logits, const Labels& labels, CrossEntropyCache& cache,
                             double label_smoothing = 0);

/// dlogits (B, Y) = dloss (softmax(logits) - target) / B. `dloss` is the upstream gradient: 1 where the loss is the
/// end.
Tensor<2> cross_entropy_backward(const CrossEntropyCache& cache, const Labels& labels, double label_smoothing = 0,
                                 double dloss = 1);

}  // namespace vit
