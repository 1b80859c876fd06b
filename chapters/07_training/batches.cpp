#include "07_training/batches.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// Calls work(i) for many images, in parallel. Those in files must be decoded first.
void for_each_image(const ImageSet& set, std::size_t count, double nanoseconds_each,
                    const std::function<void(std::size_t)>& work) {
    in_slices(count, set.files.empty() ? nanoseconds_each : 1e6, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) work(i);
    });
}

/// Room for a batch, with its labels.
Batch empty_batch(const ImageSet& set, std::span<const std::size_t> indices) {
    return {uninitialised<4>({indices.size(), set.channels, set.height, set.width}), labels_of(set, indices)};
}

/// From bytes 0 to 255 to normalised numbers.
void normalise(Tensor<4>& images, const Normalisation& n) {
    const std::size_t B = images.shape()[0], C = images.shape()[1], pixels = images.shape()[2] * images.shape()[3];
    for (std::size_t c = 0; c < C; ++c) {
        const double mean = n.mean.empty() ? 0 : n.mean.at(c);
        const double deviation = n.standard_deviation.empty() ? 1 : n.standard_deviation.at(c);
        const auto scale = static_cast<Scalar>(1 / (255 * deviation)), shift = static_cast<Scalar>(-mean / deviation);
        for (std::size_t b = 0; b < B; ++b) {
            Scalar* channel = images.data() + (b * C + c) * pixels;
            for (std::size_t i = 0; i < pixels; ++i) channel[i] = channel[i] * scale + shift;
        }
    }
}

/// A number from Beta(alpha, alpha), for alpha of at most 1 (Joehnk 1964).
double beta_number(double alpha, Rng& rng) {
    for (;;) {
        const double u = rng.uniform(), v = rng.uniform();
        const double x = std::pow(u, 1 / alpha), y = std::pow(v, 1 / alpha);
        if (x + y == 0) return u > v ? 1 : 0;  // both are too small for a double, one of them by far
        if (x + y <= 1) return x / (x + y);
    }
}

}  // namespace

Normalisation measure_normalisation(const ImageSet& set) {
    const std::size_t C = set.channels, pixels = set.height * set.width;
    const std::size_t images = set.files.empty() ? set.count : std::min<std::size_t>(set.count, 2000);
    std::vector<double> sums(images * C, 0), squares(images * C, 0);  // of whole numbers: exact
    for_each_image(set, images, static_cast<double>(C * pixels), [&](std::size_t i) {
        const std::vector<std::uint8_t> bytes = image_bytes(set, i * set.count / images);
        for (std::size_t j = 0; j < bytes.size(); ++j) {
            const double byte = bytes[j];
            sums[i * C + j / pixels] += byte;
            squares[i * C + j / pixels] += byte * byte;
        }
    });
    Normalisation n;
    const auto count = static_cast<double>(images * pixels);
    for (std::size_t c = 0; c < C; ++c) {
        double sum = 0, square = 0;
        for (std::size_t i = 0; i < images; ++i) sum += sums[i * C + c], square += squares[i * C + c];
        const double mean = sum / count, variance = square / count - mean * mean;
        n.mean.push_back(mean / 255);
        n.standard_deviation.push_back(variance > 0 ? std::sqrt(variance) / 255 : 1);
    }
    return n;
}

Labels labels_of(const ImageSet& set, std::span<const std::size_t> indices) {
    Labels labels;
    for (const std::size_t index : indices) labels.push_back(set.labels.at(index));
    return labels;
}

Batch make_batch(const ImageSet& set, std::span<const std::size_t> indices, const Normalisation& normalisation) {
    Batch batch = empty_batch(set, indices);
    const std::size_t numbers = set.channels * set.height * set.width;
    for_each_image(set, indices.size(), static_cast<double>(numbers), [&](std::size_t b) {
        const std::vector<std::uint8_t> bytes = image_bytes(set, indices[b]);
        std::copy(bytes.begin(), bytes.end(), batch.images.data() + b * numbers);
    });
    normalise(batch.images, normalisation);
    return batch;
}

Batch make_augmented_batch(const ImageSet& set, std::span<const std::size_t> indices,
                           const Normalisation& normalisation, const Augmentation& augmentation, const Rng& rng) {
    if (!changes_images(augmentation)) return make_batch(set, indices, normalisation);
    Batch batch = empty_batch(set, indices);
    const std::size_t numbers = set.channels * set.height * set.width;
    const double nanoseconds_each = 3000 + 20 * static_cast<double>(numbers);  // a new Rng, and the pixels
    for_each_image(set, indices.size(), nanoseconds_each, [&](std::size_t b) {
        augment(image_bytes(set, indices[b]), set, augmentation, rng.fork(indices[b]),
                batch.images.data() + b * numbers);
    });
    normalise(batch.images, normalisation);
    return batch;
}

void mix_up(Batch& batch, double alpha, Rng rng) {
    batch.share = beta_number(alpha, rng);
    const std::vector<std::size_t> others = rng.permutation(batch.labels.size());
    const Tensor<4> images = batch.images;
    const std::size_t numbers = images.size() / others.size();
    const auto share = static_cast<Scalar>(batch.share);
    for (std::size_t b = 0; b < others.size(); ++b) {
        batch.other_labels.push_back(batch.labels[others[b]]);
        const Scalar* own = images.data() + b * numbers;
        const Scalar* other = images.data() + others[b] * numbers;
        Scalar* mixed = batch.images.data() + b * numbers;
        for (std::size_t i = 0; i < numbers; ++i) mixed[i] = share * own[i] + (1 - share) * other[i];
    }
}

Batch part_of(const Batch& batch, std::size_t begin, std::size_t end) {
    const auto part = [&](const Labels& labels) {
        if (labels.empty()) return Labels();
        const auto first = labels.begin();
        return Labels(first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end));
    };
    return {xt::view(batch.images, xt::range(begin, end)), part(batch.labels), part(batch.other_labels), batch.share};
}

ImageSet in_memory(const ImageSet& set) {
    ImageSet all{set.count, set.channels, set.height, set.width, {}, set.labels};
    const std::size_t numbers = set.channels * set.height * set.width;
    all.pixels.resize(set.count * numbers);
    for_each_image(set, set.count, static_cast<double>(numbers), [&](std::size_t i) {
        const std::vector<std::uint8_t> bytes = image_bytes(set, i);
        std::copy(bytes.begin(), bytes.end(), all.pixels.begin() + static_cast<std::ptrdiff_t>(i * numbers));
    });
    return all;
}

}  // namespace vit
