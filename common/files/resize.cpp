#include "common/files/resize.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
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

/// The straight lines from 1 at 0 to 0 at -1 and 1.
double triangle(double x) {
    return std::max(1 - std::abs(x), 0.0);
}

/// How `to` numbers, `step` apart, come from `from` numbers. The first of them stands for those from `begin` on.
std::vector<Sample> make_samples(Interpolation interpolation, std::size_t from, double begin, double step,
                                 std::size_t to) {
    const bool is_cubic = interpolation == Interpolation::bicubic;
    const double stretch = std::max(step, 1.0);  // a smaller result has each number from `step` times as many
    const double reach = (is_cubic ? 2 : 1) * stretch, last = static_cast<double>(from) - 1;
    constexpr double fine = 1 << 22;  // Pillow's weights are whole multiples of 1 / fine: so halves are rounded alike
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < to; ++i) {
        const double centre = begin + (static_cast<double>(i) + 0.5) * step - 0.5;  // counted from the first number
        const auto low = static_cast<std::size_t>(std::clamp(std::ceil(centre - reach), 0.0, last));
        const auto high = static_cast<std::size_t>(std::clamp(std::floor(centre + reach), 0.0, last));
        Sample sample{low, {}};
        double sum = 0;
        for (std::size_t j = low; j <= high; ++j) {
            const double x = (static_cast<double>(j) - centre) / stretch;
            sample.weights.push_back(is_cubic ? cubic(x) : triangle(x));
            sum += sample.weights.back();
        }
        for (double& weight : sample.weights) weight = std::round(weight / sum * fine) / fine;
        samples.push_back(std::move(sample));
    }
    return samples;
}

/// One axis of resize_whole: of `whole` numbers from `from` numbers, the middle `middle`.
std::vector<Sample> middle_samples(Interpolation interpolation, std::size_t from, std::size_t whole,
                                   std::size_t middle) {
    const double step = static_cast<double>(from) / static_cast<double>(whole);
    const double cut_off = std::nearbyint(static_cast<double>(whole - middle) / 2);  // a half to the even number
    return make_samples(interpolation, from, cut_off * step, step, middle);
}

/// One row (W, C) of a picture as (across, C).
template <std::size_t C>
void resample_row(const std::uint8_t* row, const std::vector<Sample>& across, std::uint8_t* narrow) {
    for (const auto& [first, weights] : across) {
        std::array<double, C> sums{};
        const std::uint8_t* pixel = row + first * C;
        for (const double weight : weights)
            for (std::size_t c = 0; c < C; ++c) sums[c] += weight * *pixel++;
        for (const double sum : sums) *narrow++ = byte_of(sum);  // a cubic overshoots at sharp edges
    }
}

/// Pixels (H, W, C) as (down, across, C): each row of the result from the rows of its sample, each column likewise.
std::vector<std::uint8_t> resample(std::span<const std::uint8_t> pixels, std::size_t W, std::size_t C,
                                   const std::vector<Sample>& down, const std::vector<Sample>& across) {
    // First across, of the rows that are needed then: [top, bottom).
    const std::size_t top = down.front().first, bottom = down.back().first + down.back().weights.size();
    const std::size_t row = across.size() * C;               // numbers in a row of the result
    std::vector<std::uint8_t> narrow((bottom - top) * row);  // (bottom - top, across, C)
    for (std::size_t h = top; h < bottom; ++h)
        (C == 3 ? resample_row<3> : resample_row<1>)(&pixels[h * W * C], across, &narrow[(h - top) * row]);
    // Then down, whole rows at a time.
    std::vector<std::uint8_t> resized;  // (down, across, C)
    resized.reserve(down.size() * row);
    std::vector<double> sums(row);
    for (const auto& [first, weights] : down) {
        std::ranges::fill(sums, 0.0);
        const std::uint8_t* from = &narrow[(first - top) * row];
        for (const double weight : weights) {
            for (std::size_t i = 0; i < row; ++i) sums[i] += weight * from[i];
            from += row;
        }
        for (const double sum : sums) resized.push_back(byte_of(sum));
    }
    return resized;
}

void check_sizes(const char* function, PictureSize from, PictureSize to) {
    if (from.height > 0 && from.width > 0 && to.height > 0 && to.width > 0) return;
    throw std::invalid_argument(fmt::format("{}: a picture of {} x {} pixels cannot get the size {} x {}", function,
                                            from.height, from.width, to.height, to.width));
}

}  // namespace

Picture resize_whole(const Picture& picture, PictureSize whole, PictureSize middle, Interpolation interpolation) {
    check_sizes("resize_whole", {picture.height, picture.width}, middle);
    if (middle.height > whole.height || middle.width > whole.width) {
        throw std::invalid_argument(fmt::format("resize_whole: the middle {} x {} is larger than the whole, {} x {}",
                                                middle.height, middle.width, whole.height, whole.width));
    }
    const std::vector<Sample> down = middle_samples(interpolation, picture.height, whole.height, middle.height);
    const std::vector<Sample> across = middle_samples(interpolation, picture.width, whole.width, middle.width);
    return {middle.height, middle.width, resample(picture.pixels, picture.width, 3, down, across)};
}

Picture resize_and_crop(const Picture& picture, std::size_t height, std::size_t width) {
    return {height, width, resize_and_crop(picture.pixels, picture.height, picture.width, 3, height, width)};
}

std::vector<std::uint8_t> resize_and_crop(std::span<const std::uint8_t> pixels, std::size_t H, std::size_t W,
                                          std::size_t C, std::size_t height, std::size_t width) {
    check_sizes("resize_and_crop", {H, W}, {height, width});
    if (C != 1 && C != 3) throw std::invalid_argument(fmt::format("resize_and_crop: {} channels, expected 1 or 3", C));
    const auto rows = static_cast<double>(height), columns = static_cast<double>(width);
    const double scale = std::min(static_cast<double>(H) / rows, static_cast<double>(W) / columns);
    const auto samples_of_middle = [](std::size_t from, double middle, std::size_t to) {
        const double step = middle / static_cast<double>(to), begin = (static_cast<double>(from) - middle) / 2;
        return make_samples(Interpolation::bicubic, from, begin, step, to);
    };
    return resample(pixels, W, C, samples_of_middle(H, scale * rows, height),
                    samples_of_middle(W, scale * columns, width));
}

}  // namespace vit
