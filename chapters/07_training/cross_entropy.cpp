#include "07_training/cross_entropy.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "common/tensor/rows.h"

namespace vit {
namespace {

void check_labels(const Tensor<2>& logits, const Labels& labels) {
    const auto [batch, classes] = logits.shape();
    if (batch == 0 || batch != labels.size()) {
        throw std::invalid_argument(
            fmt::format("cross_entropy: {} rows of logits for {} labels", batch, labels.size()));
    }
    for (std::size_t label : labels) {
        if (label >= classes)
            throw std::invalid_argument(
                fmt::format("cross_entropy: label {} is not below the number of classes, {}", label, classes));
    }
}

}  // namespace

double cross_entropy_forward(const Tensor<2>& logits, const Labels& labels, CrossEntropyCache& cache,
                             double label_smoothing) {
    check_labels(logits, labels);
    const std::size_t classes = row_width(logits);
    cache.probabilities.resize(logits.shape());
    double loss = 0;  // a sum of many numbers: in double
    for (std::size_t b = 0; b < labels.size(); ++b) {
        const std::span<const Scalar> x = row_of(logits, b);
        // log sum exp(x), with the largest logit taken out.
        const Scalar largest = *std::max_element(x.begin(), x.end());
        double sum = 0, mean = 0;
        for (Scalar logit : x) {
            sum += std::exp(static_cast<double>(logit - largest));
            mean += static_cast<double>(logit) / static_cast<double>(classes);
        }
        const double log_sum = static_cast<double>(largest) + std::log(sum);
        // The label's share of the target, and every class's.
        loss +=
            (1 - label_smoothing) * (log_sum - static_cast<double>(x[labels[b]])) + label_smoothing * (log_sum - mean);
        for (std::size_t y = 0; y < classes; ++y) {
            cache.probabilities(b, y) = static_cast<Scalar>(std::exp(static_cast<double>(x[y]) - log_sum));
        }
    }
    return loss / static_cast<double>(labels.size());
}

Tensor<2> cross_entropy_backward(const CrossEntropyCache& cache, const Labels& labels, double label_smoothing,
                                 double dloss) {
    check_labels(cache.probabilities, labels);
    const auto classes = static_cast<double>(row_width(cache.probabilities));
    Tensor<2> dlogits = cache.probabilities;  // (B, Y)
    dlogits -= static_cast<Scalar>(label_smoothing / classes);
    for (std::size_t b = 0; b < labels.size(); ++b) dlogits(b, labels[b]) -= static_cast<Scalar>(1 - label_smoothing);
    dlogits *= static_cast<Scalar>(dloss / static_cast<double>(labels.size()));
    return dlogits;
}

}  // namespace vit
