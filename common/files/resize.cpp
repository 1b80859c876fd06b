#include "common/files/resize.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

namespace vit {
namespace {

/// The number at one place of the result: a weighted sum of neighbours, whose weights add up to 1.
struct Sample {
    std::size_t first;  // the first neighbour
    std::vector<double> weights;
};

/// The cubic of Catmull and Rom (Keys 1981, equation 4, with a = -1/2): 1 at 0, 0 at every other whole number.
double cubic(double x) {
    const double d = std::abs(x);
    if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
    if (d < 2) return ((-0.5 * d + 2.5) * d - 4) * d + 2;
    return 0;
}

/// How `to` numbers come from the middle `middle` of `from` numbers.
std::vector<Sample> make_samples(std::size_t from, double middle, std::size_t to) {
    const double step = middle / static_cast<double>(to), begin = (static_cast<double>(from) - middle) / 2;
    const double stretch = std::max(step, 1.0);  // a smaller result has each number from `step` times as many
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < to; ++i) {
        const double centre = begin + (static_cast<double>(i) + 0.5) * step - 0.5;  // counted from the first number
        const double last = static_cast<double>(from) - 1;
        const auto low = static_cast<std::size_t>(std::clamp(std::ceil(centre - 2 * stretch), 0.0, last));
        const auto high = static_cast<std::size_t>(std::clamp(std::floor(centre + 2 * stretch), 0.0, last));
        Sample sample{low, {}};
        double sum = 0;
        for (std::size_t j = low; j <= high; ++j) {
            sample.weights.push_back(cubic((static_cast<double>(j) - centre) / stretch));
            sum += sample.weights.back();
        }
        for (double& weight : sample.weights) weight /= sum;
        samples.push_back(std::move(sample));
    }
    return samples;
}

/// 0 to 1: a cubic overshoots at sharp edges.
Scalar clamped(double value) {
    return static_cast<Scalar>(std::clamp(value, 0.0, 1.0));
}

}  // namespace

Tensor<3> resize_and_crop(const Tensor<3>& image, std::size_t height, std::size_t width) {
    const std::size_t C = image.shape()[0], H = image.shape()[1], W = image.shape()[2];
    if (image.size() == 0 || height == 0 || width == 0) {
        throw std::invalid_argument(fmt::format("resize_and_crop: an image of shape {} cannot get the size ({}, {})",
                                                to_string(shape_of(image)), height, width));
    }
    const auto rows = static_cast<double>(height), columns = static_cast<double>(width);
    const double scale = std::min(static_cast<double>(H) / rows, static_cast<double>(W) / columns);
    const std::vector<Sample> down = make_samples(H, scale * rows, height);      // each row of the result
    const std::vector<Sample> across = make_samples(W, scale * columns, width);  // each column

    // First across, of the rows that are needed then: [top, bottom).
    const std::size_t top = down.front().first, bottom = down.back().first + down.back().weights.size();
    Tensor<3> narrow = uninitialised<3>({C, bottom - top, width});
    for (std::size_t c = 0; c < C; ++c) {
        for (std::size_t h = top; h < bottom; ++h) {
            for (std::size_t w = 0; w < width; ++w) {
                const auto& [first, weights] = across[w];
                double sum = 0;
                for (std::size_t j = 0; j < weights.size(); ++j) sum += weights[j] * double(image(c, h, first + j));
                narrow(c, h - top, w) = static_cast<Scalar>(sum);
            }
        }
    }
    // Then down.
    Tensor<3> resized = uninitialised<3>({C, height, width});
    for (std::size_t c = 0; c < C; ++c) {
        for (std::size_t h = 0; h < height; ++h) {
            const auto& [first, weights] = down[h];
            for (std::size_t w = 0; w < width; ++w) {
                double sum = 0;
                for (std::size_t j = 0; j < weights.size(); ++j)
                    sum += weights[j] * double(narrow(c, first - top + j, w));
                resized(c, h, w) = clamped(sum);
            }
        }
    }
    return resized;
}

}  // namespace vit
