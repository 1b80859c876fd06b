#include "07_training/run/picture_statistics.h"

#include <algorithm>
#include <cmath>

namespace vit {
namespace {

constexpr std::uint8_t least_ink = 64;  // of 255

/// The mean of numbers that come one by one, and their deviation from it.
class Mean {
public:
    void add(double number) {
        ++count_;
        sum_ += number;
        squares_ += number * number;
    }
    double mean() const { return count_ > 0 ? sum_ / count_ : 0; }
    double deviation() const { return count_ > 0 ? std::sqrt(std::max(0.0, squares_ / count_ - mean() * mean())) : 0; }

private:
    double count_ = 0, sum_ = 0, squares_ = 0;
};

double mean_of_corners(const std::vector<std::uint8_t>& bytes, std::size_t height, std::size_t width) {
    const std::size_t last_row = (height - 1) * width, last_column = width - 1;
    return (bytes[0] + bytes[last_column] + bytes[last_row] + bytes[last_row + last_column]) / (4.0 * 255);
}

}  // namespace

Options named_options(PictureStatistics& s) {
    return {
        option("brightness", s.brightness, "mean brightness of the pictures"),
        option("brightness_deviation", s.brightness_deviation, "how far it goes from picture to picture"),
        option("contrast", s.contrast, "standard deviation within a picture"),
        option("contrast_deviation", s.contrast_deviation, "how far it goes from picture to picture"),
        option("corners", s.corners, "mean brightness of the corners"),
        option("ink_side", s.ink_side, "longer side of what is drawn, as a share of the picture"),
        option("ink_y", s.ink_y, "its centre of mass, as a share of the height"),
        option("ink_x", s.ink_x, "its centre of mass, as a share of the width"),
    };
}

Brightness brightness_of(const std::vector<std::uint8_t>& bytes) {
    Mean mean;
    for (const double byte : bytes) mean.add(byte / 255);
    return {mean.mean(), mean.deviation()};
}

Ink ink_of(const std::vector<std::uint8_t>& channel, std::size_t height, std::size_t width) {
    Ink ink{height, 0, width, 0};
    double mass = 0;
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x) {
            const std::uint8_t byte = channel[y * width + x];
            if (byte < least_ink) continue;
            ink.top = std::min(ink.top, y);
            ink.bottom = std::max(ink.bottom, y + 1);
            ink.left = std::min(ink.left, x);
            ink.right = std::max(ink.right, x + 1);
            mass += byte;
            ink.y += byte * (static_cast<double>(y) + 0.5);
            ink.x += byte * (static_cast<double>(x) + 0.5);
        }
    if (mass == 0) return {};
    ink.y /= mass;
    ink.x /= mass;
    return ink;
}

PictureStatistics measure_pictures(const ImageSet& set) {
    const std::size_t images = std::min<std::size_t>(set.count, 2000);
    const auto height = static_cast<double>(set.height), width = static_cast<double>(set.width);
    Mean brightness, contrast, corners, side, y, x;
    for (std::size_t i = 0; i < images; ++i) {
        const std::vector<std::uint8_t> bytes = image_bytes(set, i * set.count / images);
        const Brightness found = brightness_of(bytes);
        brightness.add(found.mean);
        contrast.add(found.deviation);
        corners.add(mean_of_corners(bytes, set.height, set.width));
        const Ink ink = ink_of(bytes, set.height, set.width);
        if (ink.bottom == 0) continue;
        side.add(std::max(static_cast<double>(ink.bottom - ink.top) / height,
                          static_cast<double>(ink.right - ink.left) / width));
        y.add(ink.y / height);
        x.add(ink.x / width);
    }
    return {brightness.mean(), brightness.deviation(),
            contrast.mean(),   contrast.deviation(),
            corners.mean(),    side.mean(),
            y.mean(),          x.mean()};
}

}  // namespace vit
