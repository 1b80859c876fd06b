#include "07_training/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include "common/files/picture.h"

namespace vit {
namespace {

using Bytes = std::vector<std::uint8_t>;

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

/// One random change of places: where the pixels of an image come from.
struct Change {
    double angle = 0, zoom = 1, shift_y = 0, shift_x = 0, slant_y = 0, slant_x = 0;
    bool mirrored = false;
};

/// Changes one channel (H, W) of an image. Each output pixel looks for the place that comes to it:
///
///     output (y, x) shows the input at middle + R(-angle) / zoom ((y, x) - middle - shift)
void change_channel(const std::uint8_t* input, std::size_t height, std::size_t width, const Change& change,
                    Scalar* output) {
    const double cosine = std::cos(change.angle) / change.zoom, sine = std::sin(change.angle) / change.zoom;
    const double middle_y = static_cast<double>(height - 1) / 2, middle_x = static_cast<double>(width - 1) / 2;
    const double side = change.mirrored ? -1 : 1;
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x) {
            const double straight_y = static_cast<double>(y) - middle_y - change.shift_y;
            const double straight_x = side * (static_cast<double>(x) - middle_x) - change.shift_x;
            const double from_y = straight_y + change.slant_y * straight_x;
            const double from_x = straight_x + change.slant_x * straight_y;
            const double input_y = middle_y + cosine * from_y - sine * from_x;
            const double input_x = middle_x + sine * from_y + cosine * from_x;
            output[y * width + x] = static_cast<Scalar>(pixel_at(input, height, width, input_y, input_x));
        }
}

/// Each byte goes its way to `anchor`: a share of 1 leaves it, 0 makes it the anchor, 2 takes it as far beyond.
void blend(Bytes& image, double share, const std::function<double(std::size_t)>& anchor) {
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = byte_of(anchor(i) + share * (image[i] - anchor(i)));
}

/// How bright a pixel is, all channels together.
double brightness(const Bytes& image, std::size_t channels, std::size_t pixel) {
    const std::size_t pixels = image.size() / channels;
    double sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += image[c * pixels + pixel];
    return sum / static_cast<double>(channels);
}

void change_contrast(Bytes& image, double share) {
    const double mean = std::accumulate(image.begin(), image.end(), 0.0) / static_cast<double>(image.size());
    blend(image, share, [mean](std::size_t) { return mean; });
}

void change_colour(Bytes& image, std::size_t channels, double share) {
    const Bytes before = image;
    const std::size_t pixels = image.size() / channels;
    blend(image, share, [&](std::size_t i) { return brightness(before, channels, i % pixels); });
}

/// The darkest byte of each channel becomes 0 and the brightest 255.
void stretch(Bytes& image, std::size_t channels) {
    const auto pixels = static_cast<std::ptrdiff_t>(image.size() / channels);
    for (auto first = image.begin(); first != image.end(); first += pixels) {
        const auto [low, high] = std::minmax_element(first, first + pixels);
        const double darkest = *low, range = *high - darkest;
        if (range > 0)
            std::transform(first, first + pixels, first,
                           [=](double b) { return byte_of((b - darkest) * 255 / range); });
    }
}

/// Every byte becomes the share of the channel's bytes that are not brighter.
void equalise(Bytes& image, std::size_t channels) {
    const auto pixels = static_cast<std::ptrdiff_t>(image.size() / channels);
    for (auto first = image.begin(); first != image.end(); first += pixels) {
        std::array<double, 256> up_to{};
        for (auto byte = first; byte != first + pixels; ++byte) ++up_to[*byte];
        std::partial_sum(up_to.begin(), up_to.end(), up_to.begin());
        const double darkest = *std::ranges::find_if(up_to, [](double count) { return count > 0; });
        const double rest = static_cast<double>(pixels) - darkest;
        if (rest > 0)
            std::transform(first, first + pixels, first,
                           [&](std::uint8_t b) { return byte_of((up_to[b] - darkest) * 255 / rest); });
    }
}

/// One of the 13 changes of RandAugment. `strength` is 0 to 1.
void random_change(Bytes& image, const ImageSet& set, Change& change, double strength, Rng& rng) {
    const double either_way = rng.uniform() < 0.5 ? -strength : strength;
    const double height = static_cast<double>(set.height), width = static_cast<double>(set.width);
    switch (rng.below(13)) {
        case 0:  // none
            break;
        case 1:  // turn
            change.angle += either_way * std::numbers::pi / 6;
            break;
        case 2:  // slant down
            change.slant_y += 0.3 * either_way;
            break;
        case 3:  // slant to the right
            change.slant_x += 0.3 * either_way;
            break;
        case 4:  // move down
            change.shift_y += 0.3 * either_way * height;
            break;
        case 5:  // move to the right
            change.shift_x += 0.3 * either_way * width;
            break;
        case 6:  // brightness
            blend(image, 1 + 0.9 * either_way, [](std::size_t) { return 0.0; });
            break;
        case 7:  // contrast
            change_contrast(image, 1 + 0.9 * either_way);
            break;
        case 8:  // colour
            change_colour(image, set.channels, 1 + 0.9 * either_way);
            break;
        case 9:  // fewer levels of brightness
            for (std::uint8_t& byte : image) byte &= static_cast<std::uint8_t>(0xff << std::lround(4 * strength));
            break;
        case 10:  // what is bright becomes dark
            for (std::uint8_t& byte : image)
                if (byte > 255 * (1 - strength)) byte = static_cast<std::uint8_t>(255 - byte);
            break;
        case 11:  // the whole range of brightness
            stretch(image, set.channels);
            break;
        case 12:  // every brightness as often
            equalise(image, set.channels);
            break;
    }
}

/// The change of places within the limits.
Change change_within(const Augmentation& limits, Rng& rng) {
    const auto within = [&rng](double limit) { return limit * (2 * rng.uniform() - 1); };
    Change change;
    change.angle = within(limits.rotate) * std::numbers::pi / 180;
    change.zoom = 1 + within(limits.scale);
    change.shift_y = within(limits.shift);
    change.shift_x = within(limits.shift);
    return change;
}

/// A part of the image becomes the whole: as a zoom, and a shift that leaves the part inside.
void add_crop(Change& change, const Augmentation& limits, const ImageSet& set, Rng& rng) {
    const double side = std::sqrt(limits.crop + (1 - limits.crop) * rng.uniform());  // of the part, of a side of 1
    const double room_y = (1 / side - 1) * static_cast<double>(set.height) / 2;
    const double room_x = (1 / side - 1) * static_cast<double>(set.width) / 2;
    change.zoom /= side;
    change.shift_y += room_y * (2 * rng.uniform() - 1);
    change.shift_x += room_x * (2 * rng.uniform() - 1);
}

}  // namespace

bool changes_images(const Augmentation& a) {
    return a.shift != 0 || a.rotate != 0 || a.scale != 0 || a.crop < 1 || a.flip > 0 || a.random_changes > 0;
}

void augment(Bytes image, const ImageSet& set, const Augmentation& limits, Rng rng, Scalar* output) {
    Change change = change_within(limits, rng);
    if (limits.crop < 1) add_crop(change, limits, set, rng);
    if (limits.flip > 0) change.mirrored = rng.uniform() < limits.flip;
    for (std::size_t i = 0; i < limits.random_changes; ++i)
        random_change(image, set, change, limits.strength / 10, rng);
    const std::size_t pixels = set.height * set.width;
    for (std::size_t c = 0; c < set.channels; ++c)
        change_channel(image.data() + c * pixels, set.height, set.width, change, output + c * pixels);
}

}  // namespace vit
