#include "07_training/run/prepare.h"

#include <fmt/core.h>

#include <algorithm>
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

/// The brightness that half of the edge has: the paper, whatever is drawn on it.
std::uint8_t ground_of(const Plane& plane) {
    Bytes edge;
    for (std::size_t x = 0; x < plane.width; ++x)
        edge.insert(edge.end(), {plane.at(0, x), plane.at(plane.height - 1, x)});
    for (std::size_t y = 0; y < plane.height; ++y)
        edge.insert(edge.end(), {plane.at(y, 0), plane.at(y, plane.width - 1)});
    std::ranges::nth_element(edge, edge.begin() + static_cast<std::ptrdiff_t>(edge.size() / 2));
    return edge[edge.size() / 2];
}

/// From the ground, which becomes 0, to the strongest ink, which becomes 255; what is hardly seen is ground.
void stretch(Plane& plane, double ground, bool dark_ink) {
    const auto away = [&](std::uint8_t byte) { return dark_ink ? ground - byte : byte - ground; };
    double strongest = 0;
    for (const std::uint8_t byte : plane.bytes) strongest = std::max(strongest, away(byte));
    if (strongest < 32) strongest = 255;  // an empty sheet stays one
    const double least = 0.2 * strongest;
    for (std::uint8_t& byte : plane.bytes)
        byte = static_cast<std::uint8_t>(std::clamp((away(byte) - least) / (strongest - least), 0.0, 1.0) * 255);
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

/// Ink from edge to edge, down and across, is hardly a drawing.
std::string doubt_of(const Ink& ink, const Plane& sheet) {
    constexpr double nearly_all = 0.95;
    const bool fills = static_cast<double>(ink.bottom - ink.top) >= nearly_all * static_cast<double>(sheet.height) &&
                       static_cast<double>(ink.right - ink.left) >= nearly_all * static_cast<double>(sheet.width);
    return fills
               ? "what was taken for the drawing fills the picture: a frame, a shadow or the edge of a table may be a "
                 "part of it, and then the answer means little"
               : "";
}

PreparedPicture prepare_drawing(const Picture& picture, const VitConfig& config, const PictureStatistics& statistics) {
    Plane plane = grey_plane(picture);
    const std::uint8_t ground = ground_of(plane);
    const bool dark_ink = ground > 127;
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
        doubt_of(ink, plane)};
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
