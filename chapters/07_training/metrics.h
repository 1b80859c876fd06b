// What a classifier got right, and where it errs.
#pragma once

#include <string>
#include <vector>

#include "07_training/cross_entropy.h"

namespace vit {

/// The class with the largest logit for each image: logits (B, Y) -> (B).
Labels predictions(const Tensor<2>& logits);

/// Sums over images, so that batches of different sizes can be added: an average of batch averages would count the
/// images of a short last batch for more.
struct Score {
    double loss_sum = 0;
    std::size_t right = 0;
    std::size_t count = 0;  // images

    double loss() const { return loss_sum / static_cast<double>(count); }
    double accuracy() const { return static_cast<double>(right) / static_cast<double>(count); }
    Score& operator+=(const Score& other);
};

/// The score of a batch whose mean loss is known.
Score score_of(double mean_loss, const Tensor<2>& logits, const Labels& labels);

/// How often each class (row) was taken for each class (column).
using Confusion = std::vector<std::vector<std::size_t>>;

Confusion confusion_matrix(const Labels& labels, const Labels& predicted, std::size_t classes);

struct ClassMetrics {
    double precision = 0;   // of the images called this class, how many are
    double recall = 0;      // of the images of this class, how many were called so
    double f1 = 0;          // the harmonic mean of the two
    std::size_t count = 0;  // images
};

/// One for each class. A quotient whose divisor is 0 counts as 0.
std::vector<ClassMetrics> class_metrics(const Confusion& confusion);

/// The plain average over the classes that have images ("macro"): small classes count as much as large ones.
ClassMetrics macro_average(const std::vector<ClassMetrics>& classes);

/// Both as tables for people.
std::string to_string(const Confusion& confusion, const std::vector<std::string>& class_names);
std::string to_string(const std::vector<ClassMetrics>& classes, const std::vector<std::string>& class_names);

}  // namespace vit
