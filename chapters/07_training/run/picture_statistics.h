// What the training pictures look like, as a few numbers that are saved with the model: what is needed to prepare a
// picture from elsewhere as they were prepared, and to see that it is unlike them.
#pragma once

#include "common/files/data_set.h"
#include "common/program/options.h"

namespace vit {

/// Of all training pictures, brightness from 0 to 1. The deviations are from picture to picture.
struct PictureStatistics {
    double brightness = 0, brightness_deviation = 0;  // a picture's mean
    double contrast = 0, contrast_deviation = 0;      // a picture's standard deviation
    double corners = 0;                               // the mean of the four corners: the ground of a drawing
    // Of what is brighter than 0.25, in one channel: the longer side of its box and its centre of mass, as shares of
    // the picture's side.
    double ink_side = 0, ink_y = 0, ink_x = 0;
};

/// Every field by name.
Options named_options(PictureStatistics& statistics);

/// Measured on at most 2,000 images, evenly spread.
PictureStatistics measure_pictures(const ImageSet& set);

/// Mean and standard deviation of an image's bytes, from 0 to 1.
struct Brightness {
    double mean, deviation;
};
Brightness brightness_of(const std::vector<std::uint8_t>& bytes);

/// Where an image's ink is: its box [top, bottom) x [left, right), and its centre of mass in pixels from the upper left
/// corner. A box without rows: there is no ink.
struct Ink {
    std::size_t top = 0, bottom = 0, left = 0, right = 0;
    double y = 0, x = 0;
};
Ink ink_of(const std::vector<std::uint8_t>& channel, std::size_t height, std::size_t width);

}  // namespace vit
