// The features of all images of a run, computed once.
//
// Where the backbone is frozen and no image is changed at random, an image has the same features in every epoch. Once
// they are there, an epoch is the training of one Linear, and costs next to nothing.
#pragma once

#include "07_training/evaluate.h"
#include "07_training/run/training.h"

namespace vit {

struct Features {
    Tensor<2> train, validation;  // (images, D)
};

/// Are the features of each image the same in every epoch, and do those of all take at most `most_bytes`?
bool can_keep_features(const Training& training, double most_bytes = 1 << 30);

/// The features of the training and the validation images, in their order. Shows its progress.
Features compute_features(const Training& training);

/// The rows of the features with these indices, in this order.
Tensor<2> rows_of(const Tensor<2>& features, std::span<const std::size_t> indices);

/// What the head makes of the features of all images of a set: as evaluate does.
Evaluation evaluate_features(const Linear& head, const Tensor<2>& features, const ImageSet& set,
                             std::size_t batch_size = 256);

}  // namespace vit
