#include "07_training/batches.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// The channel (H, W) of an image at a place between pixels, from the four around it; outside, the image is black.
double pixel_at(const std::uint8_t* channel, std::size_t height, std::size_t width, double y, double x) {
    const double top = std::floor(y), left = std::floor(x);
    double sum = 0;
    for (int down = 0; down < 2; ++down)
        for (int right = 0; right < 2; ++right) {
            const double row = top + down, column = left + right;
            const bool inside =
                row >= 0 && column >= 0 && row < static_cast<double>(height) && column < static_cast<double>(width);
            if (!inside) continue;
            const double share = (1 - std::abs(y - row)) * (1 - std::abs(x - column));
            sum += share * channel[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)];
        }
    return sum;
}

/// One random change of an image.
struct Change {
    double angle, zoom, shift_y, shift_x;
};

Change random_change(const Augmentation& limits, Rng rng) {
    const auto within = [&rng](double limit) { return limit * (2 * rng.uniform() - 1); };
    const double angle = within(limits.rotate) * std::numbers::pi / 180, zoom = 1 + within(limits.scale);
    const double shift_y = within(limits.shift), shift_x = within(limits.shift);
    return {angle, zoom, shift_y, shift_x};
}

/// Changes one channel (H, W) of an image. Each output pixel looks for the place that comes to it:
///
///     output (y, x) shows the input at middle + R(-angle) / zoom ((y, x) - middle - shift)
void change_channel(const std::uint8_t* input, std::size_t height, std::size_t width, const Change& change,
                    Scalar* output) {
    const double cosine = std::cos(change.angle) / change.zoom, sine = std::sin(change.angle) / change.zoom;
    const double middle_y = static_cast<double>(height - 1) / 2, middle_x = static_cast<double>(width - 1) / 2;
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x) {
            const double from_y = static_cast<double>(y) - middle_y - change.shift_y;
            const double from_x = static_cast<double>(x) - middle_x - change.shift_x;
            const double input_y = middle_y + cosine * from_y - sine * from_x;
            const double input_x = middle_x + sine * from_y + cosine * from_x;
            output[y * width + x] = static_cast<Scalar>(pixel_at(input, height, width, input_y, input_x));
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

Normalisation measure_normalisation(const ImageSet& set) {
    double sum = 0, squares = 0;  // of whole numbers: exact
    for (const double byte : set.pixels) {
        sum += byte;
        squares += byte * byte;
    }
    const auto count = static_cast<double>(set.pixels.size());
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
    const std::size_t pixels = set.height * set.width;  // of a channel
    const double nanoseconds_each =
        3000 + 20 * static_cast<double>(set.channels * pixels);  // a new Rng, and the pixels
    in_slices(indices.size(), nanoseconds_each, [&](std::size_t begin, std::size_t end) {
        for (std::size_t b = begin; b < end; ++b) {
            const Change change = random_change(augmentation, rng.fork(indices[b]));
            for (std::size_t c = 0; c < set.channels; ++c) {
                const std::uint8_t* input = set.pixels.data() + (indices[b] * set.channels + c) * pixels;
                change_channel(input, set.height, set.width, change, &batch.images(b, c, 0, 0));
            }
        }
    });
    normalise(batch.images, normalisation);
    return batch;
}

Batch part_of(const Batch& batch, std::size_t begin, std::size_t end) {
    const auto first = batch.labels.begin();
    return {xt::view(batch.images, xt::range(begin, end)),
            Labels(first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end))};
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
