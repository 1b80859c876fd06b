// Find the bug: the accuracy of a whole test set. It stands in a course from which very many have learned, and the
// numbers that it reports look just like right ones. (mrdbourke/pytorch-deep-learning, engine.py)
#pragma once

#include <functional>
#include <vector>

namespace vit {

/// The classes of the images of one batch.
using Classes = std::vector<std::size_t>;

/// What was predicted for each batch, and what is right -> the fraction of all images that were predicted right. The
/// last batch is often shorter than the others.
using Accuracy = std::function<double(const std::vector<Classes>& predicted, const std::vector<Classes>& labels)>;

namespace suspect {

inline double accuracy(const std::vector<Classes>& predicted, const std::vector<Classes>& labels) {
    double sum = 0;
    for (std::size_t batch = 0; batch < labels.size(); ++batch) {
        std::size_t right = 0;
        for (std::size_t i = 0; i < labels[batch].size(); ++i) right += predicted[batch][i] == labels[batch][i];
        sum += static_cast<double>(right) / static_cast<double>(labels[batch].size());
    }
    return sum / static_cast<double>(labels.size());
}

}  // namespace suspect

/// Tries an accuracy: true if it is right (rounding is no mistake), false if it has a bug: this one, or another.
bool accuracy_is_right(const Accuracy& accuracy);

}  // namespace vit
