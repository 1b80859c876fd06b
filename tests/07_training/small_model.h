// A small model with random parameters and images for it, all sizes different.
#pragma once

#include <numeric>

#include "06_vit_head/vit.h"
#include "07_training/batches.h"
#include "tests/testing.h"

namespace vit {

struct SmallModel {
    Vit model;
    ImageSet images;  // 11 of 6 x 15 pixels
    Normalisation normalisation{{0.4, 0.2}, {0.3, 0.5}};

    SmallModel()
        : model(make_vit({.image_height = 6,
                          .image_width = 15,
                          .channels = 2,
                          .patch_size = 3,
                          .width = 12,
                          .depth = 2,
                          .heads = 3,
                          .hidden = 20,
                          .classes = 7,
                          .mlp_dropout = 0.2})) {
        Rng rng(1);
        fill_random(named_parameters(model), rng);
        images = {11, 2, 6, 15, std::vector<std::uint8_t>(11 * 2 * 6 * 15), {}};
        for (std::uint8_t& pixel : images.pixels) pixel = static_cast<std::uint8_t>(rng.below(256));
        for (std::size_t i = 0; i < 11; ++i) images.labels.push_back(static_cast<std::uint8_t>(rng.below(7)));
    }

    /// The images [begin, end).
    Batch batch(std::size_t begin = 0, std::size_t end = 11) const {
        std::vector<std::size_t> indices(end - begin);
        std::iota(indices.begin(), indices.end(), begin);
        return make_batch(images, indices, normalisation);
    }
};

}  // namespace vit
