// A reader's own picture becomes one like those that a model was trained on.
#pragma once

#include <string>
#include <vector>

#include "06_vit_head/vit_config.h"
#include "07_training/run/picture_statistics.h"
#include "common/files/picture.h"

namespace vit {

struct PreparedPicture {
    std::vector<std::uint8_t> bytes;  // (C, H, W) of the model
    std::string steps;                // what was done: "light on dark, cut to 120 x 80 pixels, ..."
    std::string doubt = {};           // why something else than a drawing may have been cut out; empty: no doubt
};

/// Scales and cuts a picture to the model's size. If the model was trained on light drawings on a dark ground, such as
/// digits, the picture is prepared as such data sets are: made light on dark, cut to what is drawn, scaled and its
/// centre of mass put where theirs is, its lines as thick. `as_is` leaves all that out.
PreparedPicture prepare_picture(const Picture& picture, const VitConfig& config, const PictureStatistics& statistics,
                                bool as_is);

/// Why the answer for a picture means little: it is far darker, brighter, flatter or harder than the training pictures
/// (more than four of their deviations). Empty if it is not.
std::string unlike(const std::vector<std::uint8_t>& bytes, const PictureStatistics& statistics);

}  // namespace vit
