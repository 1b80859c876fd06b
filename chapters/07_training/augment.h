// Augmentation: random changes of training images that leave the label right, so that the model sees no image twice.
#pragma once

#include "common/files/data_set.h"
#include "common/tensor/random.h"
#include "common/tensor/tensor.h"

namespace vit {

struct Augmentation {
    double shift = 0;   // moved by up to this many pixels along each axis
    double rotate = 0;  // turned by up to this many degrees, either way
    double scale = 0;   // made larger or smaller by up to this fraction
    double crop = 1;    // a random part of at least this share of the area, made as large as the image
    double flip = 0;    // the share of images that are mirrored, left for right
    // RandAugment (Cubuk et al. 2019): so many changes of a list of 13, each with this strength of 10.
    std::size_t random_changes = 0;
    double strength = 5;
    double mixup = 0;  // alpha of mixup (Zhang et al. 2017); not a change of one image: see mix_up in batches.h
};

/// Is any image changed by itself? (Mixup changes a whole batch.)
bool changes_images(const Augmentation& limits);

/// Changes one image, bytes (C, H, W), into numbers 0 to 255 at `output`. What comes in from outside is black.
void augment(std::vector<std::uint8_t> image, const ImageSet& set, const Augmentation& limits, Rng rng, Scalar* output);

}  // namespace vit
