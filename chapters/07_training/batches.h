// Batches: from bytes on disk to the tensors that a training step reads.
#pragma once

#include "07_training/cross_entropy.h"
#include "common/files/idx.h"
#include "common/tensor/random.h"

namespace vit {

/// pixel = (byte / 255 - mean) / standard deviation: one pair of numbers for the whole data set, measured on the
/// training images only, and used for every image the model will ever see.
struct Normalisation {
    double mean = 0;
    double standard_deviation = 1;
};

Normalisation measure_normalisation(const ImageSet& set);

/// Small random changes that leave the label right: the model sees no training image twice.
struct Augmentation {
    double shift = 0;   // moved by up to this many pixels along each axis
    double rotate = 0;  // turned by up to this many degrees, either way
    double scale = 0;   // made larger or smaller by up to this fraction
};

struct Batch {
    Tensor<4> images;  // (B, C, H, W), normalised
    Labels labels;     // (B)
};

/// The images of a set with these indices, in this order.
Batch make_batch(const ImageSet& set, std::span<const std::size_t> indices, const Normalisation& normalisation);

/// The same, each image changed in its own way. The numbers for image i come from rng.fork(i): they do not depend on
/// the images beside it, nor on how a batch is split over threads.
Batch make_augmented_batch(const ImageSet& set, std::span<const std::size_t> indices,
                           const Normalisation& normalisation, const Augmentation& augmentation, const Rng& rng);

/// The images [begin, end) of a batch.
Batch part_of(const Batch& batch, std::size_t begin, std::size_t end);

/// The images with these indices as a set of their own.
ImageSet subset(const ImageSet& set, std::span<const std::size_t> indices);

}  // namespace vit
