#include "07_training/run/prepare.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/files/resize.h"

namespace vit {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// One channel of bytes.
struct Plane {
    std::size_t height = 0, width = 0;
    Bytes bytes;

    std::uint8_t& at(std::size_t y, std::size_t x) { return bytes[y * width + x]; }
    std::uint8_t at(std::size_t y, std::size_t x) const { return bytes[y * width + x]; }
};

/// In grey, and no larger than is of use.
Plane grey_plane(const Picture& picture) {
    constexpr double most = 400;
    const double scale = std::min(1.0, most / static_cast<double>(std::max(picture.height, picture.width)));
    const auto scaled = [&](std::size_t side) {
        return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(scale * static_cast<double>(side))));
    };
    const std::size_t height = scaled(picture.height), width = scaled(picture.width);
    return {height, width, planes_of(resize_and_crop(picture, height, width), 1)};
}

/// The pixels of the upper, lower, left and right side, of each so many rows or columns.
std::array<Bytes, 4> sides_of(const Plane& plane, std::size_t depth) {
    std::array<Bytes, 4> sides;
    for (std::size_t y = 0; y < plane.height; ++y)
        for (std::size_t x = 0; x < plane.width; ++x) {
            const bool at_side[] = {y < depth, y + depth >= plane.height, x < depth, x + depth >= plane.width};
            for (std::size_t side = 0; side < 4; ++side)
                if (at_side[side]) sides[side].push_back(plane.at(y, x));
        }
    return sides;
}

/// The brightness of the paper, which may fall off from one side to another.
struct Ground {
    double middle, down, right;  // its brightness in the middle, and how much it changes from side to side

    double at(double y, double x) const { return middle + (y - 0.5) * down + (x - 0.5) * right; }  // as shares
};

/// Half of the pixels near a side are paper, whatever is drawn on it. (At the side itself the paper may have a line.)
Ground ground_of(const Plane& plane) {
    const std::size_t depth = 1 + std::min(plane.height, plane.width) / 16;
    std::array<double, 4> median{};
    std::ranges::transform(sides_of(plane, depth), median.begin(), [](Bytes side) {
        const auto middle = side.begin() + static_cast<std::ptrdiff_t>(side.size() / 2);
        std::ranges::nth_element(side, middle);
        return static_cast<double>(*middle);
    });
    return {(median[0] + median[1] + median[2] + median[3]) / 4, median[1] - median[0], median[3] - median[2]};
}

/// From the ground, which becomes 0, to the strongest ink, which becomes 255; what is hardly seen is ground.
void stretch(Plane& plane, const Ground& ground, bool dark_ink) {
    std::vector<double> away;  // from the ground, of each pixel
    for (std::size_t y = 0; y < plane.height; ++y)
        for (std::size_t x = 0; x < plane.width; ++x) {
            const double paper = ground.at(static_cast<double>(y) / static_cast<double>(plane.height),
                                           static_cast<double>(x) / static_cast<double>(plane.width));
            const double byte = plane.at(y, x);  // dark ink takes a share of the light that falls on the paper
            away.push_back(dark_ink ? 255 * (1 - byte / std::max(paper, 1.0)) : byte - paper);
        }
    double strongest = *std::ranges::max_element(away);
    if (strongest < 32) strongest = 255;  // an empty sheet stays one
    const double least = 0.2 * strongest;
    std::ranges::transform(away, plane.bytes.begin(), [&](double distance) {
        return static_cast<std::uint8_t>(std::clamp((distance - least) / (strongest - least), 0.0, 1.0) * 255);
    });
}

Plane cut(const Plane& plane, const Ink& ink, std::size_t margin) {
    Plane part{ink.bottom - ink.top + 2 * margin, ink.right - ink.left + 2 * margin, {}};
    part.bytes.resize(part.height * part.width, 0);
    for (std::size_t y = ink.top; y < ink.bottom; ++y)
        for (std::size_t x = ink.left; x < ink.right; ++x)
            part.at(y - ink.top + margin, x - ink.left + margin) = plane.at(y, x);
    return part;
}

/// Every line one pixel thicker on each side.
Plane thicker(const Plane& plane) {
    Plane result = plane;
    for (std::size_t y = 0; y < plane.height; ++y)
        for (std::size_t x = 0; x < plane.width; ++x)
            for (std::size_t near_y = y > 0 ? y - 1 : y; near_y <= std::min(y + 1, plane.height - 1); ++near_y)
                for (std::size_t near_x = x > 0 ? x - 1 : x; near_x <= std::min(x + 1, plane.width - 1); ++near_x)
                    if (near_y == y || near_x == x)
                        result.at(y, x) = std::max(result.at(y, x), plane.at(near_y, near_x));
    return result;
}

/// The offset along one axis that brings the centre of mass to its place, as far as the ink stays inside.
double offset(double wanted_centre, double centre, double begin, double end, double side) {
    const double least = -begin, most = side - end;  // the ink then begins at 0, or ends at the side
    const double wanted = wanted_centre - centre;
    return least <= most ? std::clamp(wanted, least, most) : (least + most) / 2;
}

/// The drawing in the model's size: each pixel is the mean of what falls into it.
Plane place(const Plane& drawing, const Ink& ink, const VitConfig& config, const PictureStatistics& statistics) {
    const auto H = static_cast<double>(config.image_height), W = static_cast<double>(config.image_width);
    const auto ink_height = static_cast<double>(ink.bottom - ink.top),
               ink_width = static_cast<double>(ink.right - ink.left);
    const double scale = statistics.ink_side * std::min(H, W) / std::max(ink_height, ink_width);
    const double down = offset(statistics.ink_y * H, scale * ink.y, scale * static_cast<double>(ink.top),
                               scale * static_cast<double>(ink.bottom), H);
    const double right = offset(statistics.ink_x * W, scale * ink.x, scale * static_cast<double>(ink.left),
                                scale * static_cast<double>(ink.right), W);
    constexpr std::size_t fine = 16;  // places in a pixel along each axis
    Plane placed{config.image_height, config.image_width, Bytes(config.image_height * config.image_width)};
    for (std::size_t y = 0; y < placed.height; ++y)
        for (std::size_t x = 0; x < placed.width; ++x) {
            double sum = 0;
            for (std::size_t i = 0; i < fine * fine; ++i) {
                const double to_y = static_cast<double>(y) + (static_cast<double>(i / fine) + 0.5) / fine;
                const double to_x = static_cast<double>(x) + (static_cast<double>(i % fine) + 0.5) / fine;
                const double from_y = (to_y - down) / scale, from_x = (to_x - right) / scale;
                if (from_y >= 0 && from_x >= 0 && from_y < static_cast<double>(drawing.height) &&
                    from_x < static_cast<double>(drawing.width))
                    sum += drawing.at(static_cast<std::size_t>(from_y), static_cast<std::size_t>(from_x));
            }
            placed.at(y, x) = static_cast<std::uint8_t>(sum / (fine * fine) + 0.5);
        }
    return placed;
}

/// Ink from edge to edge, down and across, or along the edge, is hardly a drawing, and paper hardly as uneven as that.
std::string doubt_of(const Ink& ink, const Plane& sheet, const Ground& ground) {
    constexpr double nearly_all = 0.95, most_of_edge = 0.1, most_uneven = 100;
    const bool fills = static_cast<double>(ink.bottom - ink.top) >= nearly_all * static_cast<double>(sheet.height) &&
                       static_cast<double>(ink.right - ink.left) >= nearly_all * static_cast<double>(sheet.width);
    double inked = 0, all = 0;
    for (const Bytes& side : sides_of(sheet, 1)) {
        inked += static_cast<double>(std::ranges::count_if(side, [](std::uint8_t byte) { return byte > 0; }));
        all += static_cast<double>(side.size());
    }
    const bool along_edge =
        inked > most_of_edge * all || std::max(std::abs(ground.down), std::abs(ground.right)) > most_uneven;
    if (!fills && !along_edge) return "";
    return fmt::format(
        "what was taken for the drawing {}: a frame, a shadow, the edge of a table or a scene may be a part of it, and "
        "then the answer means little",
        fills ? "fills the picture" : "lies along the edge of the picture");
}

PreparedPicture prepare_drawing(const Picture& picture, const VitConfig& config, const PictureStatistics& statistics) {
    Plane plane = grey_plane(picture);
    const Ground ground = ground_of(plane);
    const bool dark_ink = ground.middle > 127;
    stretch(plane, ground, dark_ink);
    const Ink ink = ink_of(plane.bytes, plane.height, plane.width);
    if (ink.bottom == 0)
        return {Bytes(config.image_height * config.image_width, 0), "nothing is drawn in it: an empty sheet"};

    // Lines as thick as theirs make a picture as bright as theirs.
    const std::size_t longer = std::max(ink.bottom - ink.top, ink.right - ink.left), most_rounds = longer / 8;
    Plane drawing = cut(plane, ink, most_rounds + 1), placed;
    std::size_t rounds = 0;
    for (;; ++rounds) {
        placed = place(drawing, ink_of(drawing.bytes, drawing.height, drawing.width), config, statistics);
        const double bright = brightness_of(placed.bytes).mean;
        if (bright >= statistics.brightness - 0.25 * statistics.brightness_deviation || rounds == most_rounds) break;
        drawing = thicker(drawing);
    }
    return {
        placed.bytes,
        fmt::format("{}cut to {} x {} of {} x {} pixels, {}scaled to {:.0f} % of the side, centred",
                    dark_ink ? "made light on dark, " : "", ink.bottom - ink.top, ink.right - ink.left, plane.height,
                    plane.width, rounds > 0 ? fmt::format("lines {} pixels thicker, ", 2 * rounds) : "",
                    100 * statistics.ink_side),
        doubt_of(ink, plane, ground)};
}

}  // namespace

PreparedPicture prepare_picture(const Picture& picture, const VitConfig& config, const PictureStatistics& statistics,
                                bool as_is) {
    const bool drawings = config.channels == 1 && statistics.corners < 0.15;
    if (drawings && !as_is) return prepare_drawing(picture, config, statistics);
    const Picture fitting = resize_and_crop(picture, config.image_height, config.image_width);
    return {planes_of(fitting, config.channels),
            fmt::format("scaled and cut to {} x {}", config.image_height, config.image_width)};
}

std::string unlike(const std::vector<std::uint8_t>& bytes, const PictureStatistics& s) {
    const auto [mean, deviation] = brightness_of(bytes);
    const double darker = (mean - s.brightness) / std::max(s.brightness_deviation, 0.01);
    const double flatter = (deviation - s.contrast) / std::max(s.contrast_deviation, 0.01);
    const char* how = nullptr;
    if (std::abs(darker) >= std::abs(flatter))
        how = darker < 0 ? "darker" : "brighter";
    else
        how = flatter < 0 ? "flatter" : "harder";
    if (std::max(std::abs(darker), std::abs(flatter)) <= 4) return "";
    return fmt::format("this picture is far {} than those that the model was trained on: its answer means little", how);
}

}  // namespace vit
