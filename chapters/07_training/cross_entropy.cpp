#include "07_training/cross_entropy.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "common/tensor/axes.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

void check_input(double label_smoothing, const Tensor<2>& logits, const Labels& labels) {
    const auto require = [](bool holds, const std::string& message) {
        if (!holds) throw std::invalid_argument("cross_entropy_forward: " + message);
    };
    const auto [batch, classes] = logits.shape();
    require(batch > 0, "there are no images");
    require(labels.size() == batch, fmt::format("{} labels for B = {} (from logits)", labels.size(), batch));
    for (std::size_t label : labels)
        require(label < classes, fmt::format("label {} is not below Y = {} (from logits)", label, classes));
    require(label_smoothing >= 0 && label_smoothing < 1,
            fmt::format("label smoothing must be at least 0 and below 1, but it is {}", label_smoothing));
}

/// The loss of one image with the logits x. Fills its rows of the cache.
// #region exercise 7.1 loss_of_image (hard, 20 minutes)
double loss_of_image(double label_smoothing, std::span<const Scalar> x, std::size_t label, std::span<Scalar> p,
                     std::span<Scalar> smoothing) {
    // 1. log sum exp, with the largest logit taken out.
    const Scalar largest = *std::max_element(x.begin(), x.end());
    double sum = 0;  // a sum of many numbers: in double
    for (Scalar logit : x) sum += std::exp(static_cast<double>(logit - largest));
    const double log_sum = std::log(sum);
    const auto log_p = [&](std::size_t y) {
        return static_cast<double>(x[y]) - static_cast<double>(largest) - log_sum;
    };

    // 2. The mean of -log p over the classes that are not ruled out.
    const auto classes =
        static_cast<double>(std::count_if(x.begin(), x.end(), [](Scalar logit) { return logit > -INFINITY; }));
    double mean = 0;
    for (std::size_t y = 0; y < x.size(); ++y) {
        const bool ruled_out = x[y] == -INFINITY;
        p[y] = ruled_out ? 0 : static_cast<Scalar>(std::exp(log_p(y)));
        smoothing[y] = ruled_out ? 0 : static_cast<Scalar>(label_smoothing / classes);
        if (!ruled_out) mean -= log_p(y) / classes;
    }
    // 3. The label asks for 1 - s, all classes together for s.
    return (1 - label_smoothing) * -log_p(label) + label_smoothing * mean;
}
// #endregion

}  // namespace

double cross_entropy_forward(double label_smoothing, const Tensor<2>& logits, const Labels& labels,
                             CrossEntropyCache& cache) {
    check_input(label_smoothing, logits, labels);
    cache.labels = labels;
    cache.probabilities.resize(logits.shape());
    cache.smoothing.resize(logits.shape());
    double sum = 0;
    for (std::size_t b = 0; b < labels.size(); ++b) {
        sum += loss_of_image(label_smoothing, row_of(logits, b), labels[b], row_of(cache.probabilities, b),
                             row_of(cache.smoothing, b));
    }
    return sum / static_cast<double>(labels.size());
}

// #region exercise 7.2 cross_entropy_backward (medium, 15 minutes)
Tensor<2> cross_entropy_backward(double label_smoothing, const CrossEntropyCache& cache, double dloss) {
    const std::vector<std::size_t>& labels = cache.labels;
    // 1. p - target: the target is the smoothing, and 1 - s more for the label.
    Tensor<2> dlogits = cache.probabilities - cache.smoothing;  // (B, Y)
    for (std::size_t b = 0; b < labels.size(); ++b) dlogits(b, labels[b]) -= static_cast<Scalar>(1 - label_smoothing);
    // 2. The loss was the mean over the images, and dloss comes from above.
    dlogits *= static_cast<Scalar>(dloss / static_cast<double>(labels.size()));
    return dlogits;
}
// #endregion

}  // namespace vit
