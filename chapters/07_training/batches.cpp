#include "07_training/batches.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vit {
namespace {

/// The channel (H, W) of an image at a place between pixels, from the four around it; outside, the image is black.
double pixel_at(const std::uint8_t* channel, std::size_t height, std::size_t width, double y, double x) {
    const double top = std::floor(y), left = std::floor(x);
    double sum = 0;
    for (int down = 0; down < 2; ++down)
        for (int right = 0; right < 2; ++right) {
            const double row = top + down, column = left + right;
            if (row < 0 || column < 0 || row >= static_cast<double>(height) || column >= static_cast<double>(width))
                continue;
            const double share = (1 - std::abs(y - row)) * (1 - std::abs(x - column));
            sum += share * channel[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)];
        }
    return sum;
}

/// Copies one image to `out` (C, H, W), each pixel taken from where the random change brings it from.
void copy_changed(const ImageSet& set, std::size_t index, const Augmentation& change, Rng rng, Scalar* out) {
    const auto within = [&rng](double limit) { return limit * (2 * rng.uniform() - 1); };
    const double angle = within(change.rotate) * std::numbers::pi / 180, zoom = 1 + within(change.scale);
    const double down = within(change.shift), right = within(change.shift);
    const double across_y = std::sin(angle) / zoom, along = std::cos(angle) / zoom;
    const double middle_y = static_cast<double>(set.height - 1) / 2, middle_x = static_cast<double>(set.width - 1) / 2;

    const std::size_t pixels = set.height * set.width;
    for (std::size_t c = 0; c < set.channels; ++c) {
        const std::uint8_t* channel = set.pixels.data() + (index * set.channels + c) * pixels;
        for (std::size_t y = 0; y < set.height; ++y)
            for (std::size_t x = 0; x < set.width; ++x) {
                const double dy = static_cast<double>(y) - middle_y - down,
                             dx = static_cast<double>(x) - middle_x - right;
                *out++ =
                    static_cast<Scalar>(pixel_at(channel, set.height, set.width, middle_y + along * dy - across_y * dx,
                                                 middle_x + across_y * dy + along * dx));
            }
    }
}

/// Room for a batch, with its labels.
Batch empty_batch(const ImageSet& set, std::span<const std::size_t> indices) {
    Batch batch{uninitialised<4>({indices.size(), set.channels, set.height, set.width}), {}};
    for (std::size_t index : indices) batch.labels.push_back(set.labels.at(index));
    return batch;
}

/// From bytes 0 to 255 to normalised numbers.
void normalise(Tensor<4>& images, const Normalisation& n) {
    const auto scale = static_cast<Scalar>(1 / (255 * n.standard_deviation));
    const auto shift = static_cast<Scalar>(-n.mean / n.standard_deviation);
    images = images * scale + shift;
}

}  // namespace

Normalisation measure_normalisation(const ImageSet& images) {
    double sum = 0, squares = 0;  // of whole numbers: exact
    for (const double byte : images.pixels) {
        sum += byte;
        squares += byte * byte;
    }
    const auto count = static_cast<double>(images.pixels.size());
    const double mean = sum / count, variance = squares / count - mean * mean;
    return {mean / 255, variance > 0 ? std::sqrt(variance) / 255 : 1};
}

Batch make_batch(const ImageSet& set, std::span<const std::size_t> indices, const Normalisation& normalisation) {
    Batch batch = empty_batch(set, indices);
    const std::size_t numbers = set.channels * set.height * set.width;
    for (std::size_t b = 0; b < indices.size(); ++b) {
        std::copy_n(set.pixels.data() + indices[b] * numbers, numbers, batch.images.data() + b * numbers);
    }
    normalise(batch.images, normalisation);
    return batch;
}

Batch make_augmented_batch(const ImageSet& set, std::span<const std::size_t> indices,
                           const Normalisation& normalisation, const Augmentation& augmentation, const Rng& rng) {
    if (augmentation.shift == 0 && augmentation.rotate == 0 && augmentation.scale == 0)
        return make_batch(set, indices, normalisation);
    Batch batch = empty_batch(set, indices);
    const std::size_t numbers = set.channels * set.height * set.width;
    for (std::size_t b = 0; b < indices.size(); ++b) {
        copy_changed(set, indices[b], augmentation, rng.fork(indices[b]), batch.images.data() + b * numbers);
    }
    normalise(batch.images, normalisation);
    return batch;
}

Batch part_of(const Batch& batch, std::size_t begin, std::size_t end) {
    const auto [count, channels, height, width] = batch.images.shape();
    const std::size_t numbers = channels * height * width;
    Batch part{uninitialised<4>({end - begin, channels, height, width}), {}};
    std::copy(batch.images.data() + begin * numbers, batch.images.data() + end * numbers, part.images.data());
    for (std::size_t b = begin; b < end; ++b) part.labels.push_back(batch.labels.at(b));
    return part;
}

ImageSet subset(const ImageSet& set, std::span<const std::size_t> indices) {
    ImageSet part{indices.size(), set.channels, set.height, set.width, {}, {}};
    const std::size_t numbers = set.channels * set.height * set.width;
    for (std::size_t index : indices) {
        const auto begin = set.pixels.begin() + static_cast<std::ptrdiff_t>(index * numbers);
        part.pixels.insert(part.pixels.end(), begin, begin + static_cast<std::ptrdiff_t>(numbers));
        part.labels.push_back(set.labels.at(index));
    }
    return part;
}

}  // namespace vit
