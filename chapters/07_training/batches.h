// Batches: from bytes on disk to the tensors that a training step reads.
#pragma once

#include "07_training/augment.h"
#include "07_training/cross_entropy.h"
#include "common/files/data_set.h"
#include "common/tensor/random.h"

namespace vit {

/// pixel = (byte / 255 - mean) / standard deviation: a pair of numbers for each channel of the data set, measured on
/// the training images only, and used for every image the model will ever see. Empty: bytes / 255.
struct Normalisation {
    std::vector<double> mean;                // (C)
    std::vector<double> standard_deviation;  // (C)
};

/// Measured on all images, or of a set whose images are in files on 2,000 of them, evenly spread.
Normalisation measure_normalisation(const ImageSet& set);

struct Batch {
    Tensor<4> images;  // (B, C, H, W), normalised
    Labels labels;     // (B)
    // Mixup: each image is mixed with another one, whose label counts for 1 - share.
    Labels other_labels = {};  // (B); empty: nothing is mixed
    double share = 1;
};

/// The labels of the images of a set with these indices, in this order.
Labels labels_of(const ImageSet& set, std::span<const std::size_t> indices);

/// The images themselves.
Batch make_batch(const ImageSet& set, std::span<const std::size_t> indices, const Normalisation& normalisation);

/// The same, each image changed in its own way. The numbers for image i come from rng.fork(i): they do not depend on
/// the images beside it, nor on how a batch is split over threads.
Batch make_augmented_batch(const ImageSet& set, std::span<const std::size_t> indices,
                           const Normalisation& normalisation, const Augmentation& augmentation, const Rng& rng);

/// Mixup (Zhang et al. 2017): image b becomes share image_b + (1 - share) image_p(b), with p a random order of the
/// batch and the share from Beta(alpha, alpha). `alpha` is above 0 and at most 1.
void mix_up(Batch& batch, double alpha, Rng rng);

/// The images [begin, end) of a batch.
Batch part_of(const Batch& batch, std::size_t begin, std::size_t end);

/// The same set with its images' bytes in memory and in their size, as they are used.
ImageSet in_memory(const ImageSet& set);

}  // namespace vit
