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

/// One channel of one pixel, from pixels that are `stride` bytes apart.
std::uint8_t weighted(const std::uint8_t* first, std::size_t stride, const std::vector<double>& weights) {
    double sum = 0;
    for (std::size_t j = 0; j < weights.size(); ++j) sum += weights[j] * first[j * stride];
    return byte_of(sum);  // a cubic overshoots at sharp edges
}

}  // namespace

Picture resize_and_crop(const Picture& picture, std::size_t height, std::size_t width) {
    return {height, width, resize_and_crop(picture.pixels, picture.height, picture.width, 3, height, width)};
}

std::vector<std::uint8_t> resize_and_crop(std::span<const std::uint8_t> pixels, std::size_t H, std::size_t W,
                                          std::size_t C, std::size_t height, std::size_t width) {
    if (H == 0 || W == 0 || height == 0 || width == 0) {
        throw std::invalid_argument(fmt::format(
            "resize_and_crop: a picture of {} x {} pixels cannot get the size {} x {}", H, W, height, width));
    }
    const auto rows = static_cast<double>(height), columns = static_cast<double>(width);
    const double scale = std::min(static_cast<double>(H) / rows, static_cast<double>(W) / columns);
    const std::vector<Sample> down = make_samples(H, scale * rows, height);      // each row of the result
    const std::vector<Sample> across = make_samples(W, scale * columns, width);  // each column

    // First across, of the rows that are needed then: [top, bottom).
    const std::size_t top = down.front().first, bottom = down.back().first + down.back().weights.size();
    std::vector<std::uint8_t> narrow;  // (bottom - top, width, C)
    narrow.reserve((bottom - top) * width * C);
    for (std::size_t h = top; h < bottom; ++h)
        for (const auto& [first, weights] : across)
            for (std::size_t c = 0; c < C; ++c)
                narrow.push_back(weighted(&pixels[(h * W + first) * C + c], C, weights));
    // Then down.
    std::vector<std::uint8_t> resized;
    resized.reserve(height * width * C);
    for (const auto& [first, weights] : down)
        for (std::size_t i = 0; i < width * C; ++i)
            resized.push_back(weighted(&narrow[(first - top) * width * C + i], width * C, weights));
    return resized;
}

}  // namespace vit
