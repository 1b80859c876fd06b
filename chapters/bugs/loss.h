// Find the bug: a loss. The models with it learn, but their loss does not go below a floor: 0.744 with four classes,
// 1.461 with ten. Whoever sees that looks for the reason in the learning rate first. (Lightning-AI/lightning-bolts#654)
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// logits (B, Y) and a label for each image (B) -> the cross-entropy, averaged over the images:
///     loss = -1/B sum_b log softmax(logits_b)[label_b]        also where exp(logit) would overflow
using Loss = std::function<double(const Tensor<2>& logits, const std::vector<std::size_t>& labels)>;

namespace suspect {

/// The softmax of each row.
inline Tensor<2> probabilities(const Tensor<2>& x) {
    const Tensor<2> largest = xt::amax(x, {1}, xt::keep_dims);   // (B, 1)
    const Tensor<2> powers = xt::exp(x - largest);               // (B, Y)
    const Tensor<2> sums = xt::sum(powers, {1}, xt::keep_dims);  // (B, 1)
    return powers / sums;                                        // (B, Y)
}

/// The cross-entropy of a model's output.
inline double cross_entropy(const Tensor<2>& output, const std::vector<std::size_t>& labels) {
    const Tensor<2> p = probabilities(output);  // (B, Y)
    double sum = 0;
    for (std::size_t b = 0; b < labels.size(); ++b) sum -= std::log(static_cast<double>(p(b, labels[b])));
    return sum / static_cast<double>(labels.size());
}

/// The last layer of the model, and its loss.
inline double loss(const Tensor<2>& logits, const std::vector<std::size_t>& labels) {
    return cross_entropy(probabilities(logits), labels);
}

}  // namespace suspect

/// Tries a loss: true if it is right, false if it has a bug: this one, or another.
bool loss_is_right(const Loss& loss);

}  // namespace vit
