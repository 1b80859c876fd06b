#include "08_pretrained/preprocessing.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "common/program/printable.h"

namespace vit {
namespace {

using Presets = std::vector<std::pair<std::string, Preprocessing>>;
Presets presets() {
    const Preprocessing timm;
    // The colours of ImageNet's photographs.
    const Preprocessing deit{.mean = {0.485, 0.456, 0.406}, .standard_deviation = {0.229, 0.224, 0.225}};
    Preprocessing torchvision = deit, hugging_face = timm;
    torchvision.crop_fraction = 224.0 / 256;
    torchvision.interpolation = Interpolation::bilinear;
    hugging_face.crop_fraction = 1;
    hugging_face.squash = true;
    hugging_face.interpolation = Interpolation::bilinear;
    return {{"timm", timm},
            {"deit", deit},
            {"torchvision", torchvision},
            {"hugging_face", hugging_face},
            {"vit_pytorch", timm}};
}

/// The model's size divided by the crop fraction.
PictureSize size_before_crop(const Preprocessing& p) {
    const auto divided = [&](std::size_t side) {
        return static_cast<std::size_t>(std::floor(static_cast<double>(side) / p.crop_fraction));
    };
    return {divided(p.height), divided(p.width)};
}

double of_channel(const std::vector<double>& numbers, std::size_t c) {
    return numbers.size() == 1 ? numbers[0] : numbers[c];
}

}  // namespace

Options named_options(Preprocessing& p) {
    return {
        option("crop_fraction", p.crop_fraction, "how much of a side is left when the middle is cut out; 1: all"),
        option("squash", p.squash, "bring both sides to the model's size, whatever the picture's ratio?"),
        choice("interpolation", interpolation_names, p.interpolation, "how the colours between the pixels are found"),
        option("mean", p.mean, "subtracted from the channels (0 to 1): one number, or one for each channel"),
        option("std", p.standard_deviation, "what they are divided by then: one number, or one for each channel"),
    };
}

Preprocessing preprocessing_preset(const std::string& name) {
    for (const auto& [known, preprocessing] : presets())
        if (known == name) return preprocessing;
    throw std::invalid_argument(fmt::format("there is no preprocessing '{}'; there are {}", printable(name),
                                            fmt::join(preprocessing_preset_names(), ", ")));
}

std::vector<std::string> preprocessing_preset_names() {
    std::vector<std::string> names;
    for (const auto& preset : presets()) names.push_back(preset.first);
    return names;
}

void check(const Preprocessing& p) {
    const auto require = [](bool holds, const std::string& message) {
        if (!holds) throw std::invalid_argument("preprocessing: " + message);
    };
    require(p.height > 0 && p.width > 0, fmt::format("an image of {} x {} has no pixels", p.height, p.width));
    require(p.channels == 1 || p.channels == 3,
            fmt::format("there must be 1 or 3 channels, but there are {}", p.channels));
    require(p.crop_fraction >= 0.01 && p.crop_fraction <= 1,
            fmt::format("crop_fraction must be from 0.01 to 1, but it is {}", p.crop_fraction));
    const auto check_count = [&](const std::vector<double>& numbers, const char* name) {
        require(numbers.size() == 1 || numbers.size() == p.channels,
                fmt::format("{} must have 1 number or {}, one for each channel, but it has {}", name, p.channels,
                            numbers.size()));
    };
    check_count(p.mean, "mean");
    check_count(p.standard_deviation, "std");
    for (const double deviation : p.standard_deviation)
        require(deviation > 0, fmt::format("std must be above 0, but it is {}", deviation));
}

std::string to_string(const Preprocessing& p) {
    const PictureSize size = size_before_crop(p);
    const bool square = size.height == size.width, cropped = p.crop_fraction < 1 || !p.squash;
    const std::string resized = p.squash ? fmt::format("squashed to {} x {}", size.height, size.width)
                                : square ? fmt::format("the shorter side to {}", size.height)
                                         : fmt::format("to at least {} x {}", size.height, size.width);
    return fmt::format("{} ({}){}, minus {:.4g}, divided by {:.4g}", resized,
                       interpolation_names.at(static_cast<std::size_t>(p.interpolation)),
                       cropped ? fmt::format(", the middle {} x {}", p.height, p.width) : "", fmt::join(p.mean, " "),
                       fmt::join(p.standard_deviation, " "));
}

PictureSize resized_size(const Preprocessing& p, PictureSize size) {
    const auto [height, width] = size_before_crop(p);
    if (p.squash) return {height, width};
    // torchvision.transforms.Resize: the shorter side gets the size, the fraction of a pixel of the other is lost.
    if (height == width && size.height < size.width) return {height, height * size.width / size.height};
    if (height == width) return {width * size.height / size.width, width};
    // timm's ResizeKeepRatio: the smallest picture that covers the model's size, both sides rounded to whole pixels.
    // (timm itself interpolates linearly then, whatever the model's configuration says.)
    const auto H = static_cast<double>(size.height), W = static_cast<double>(size.width);
    const double scale = std::min(H / static_cast<double>(height), W / static_cast<double>(width));
    return {static_cast<std::size_t>(std::nearbyint(H / scale)), static_cast<std::size_t>(std::nearbyint(W / scale))};
}

Picture resize_for(const Preprocessing& p, const Picture& picture) {
    check(p);
    if (picture.height == 0 || picture.width == 0)
        throw std::invalid_argument(
            fmt::format("preprocessing: a picture of {} x {} has no pixels", picture.height, picture.width));
    return resize_whole(picture, resized_size(p, {picture.height, picture.width}), {p.height, p.width},
                        p.interpolation);
}

Tensor<4> preprocess(const Preprocessing& p, const Picture& picture) {
    const std::vector<std::uint8_t> bytes = planes_of(resize_for(p, picture), p.channels);  // (C, H, W)
    Tensor<4> image = uninitialised<4>({1, p.channels, p.height, p.width});                 // (1, C, H, W)
    for (std::size_t c = 0; c < p.channels; ++c) {
        const double mean = of_channel(p.mean, c), deviation = of_channel(p.standard_deviation, c);
        const std::size_t pixels = p.height * p.width;
        for (std::size_t i = c * pixels; i < (c + 1) * pixels; ++i)
            image.flat(i) = static_cast<Scalar>((bytes[i] / 255.0 - mean) / deviation);
    }
    return image;
}

}  // namespace vit
