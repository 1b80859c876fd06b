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
    Normalisation normalisation{0.4, 0.3};

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

/// Are all numbers of two lists of tensors the same to the bit?
inline bool same_bits(const Parameters& a, const Parameters& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Parameter& p, const Parameter& q) {
        return p.name == q.name && p.shape == q.shape &&
               std::equal(p.values.begin(), p.values.end(), q.values.begin(), q.values.end());
    });
}

/// The largest |a - b| over two lists of the same tensors.
inline double largest_difference(const Parameters& a, const Parameters& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < a[i].values.size(); ++j)
            largest = std::max<double>(largest, std::abs(a[i].values[j] - b[i].values[j]));
    return largest;
}

}  // namespace vit
