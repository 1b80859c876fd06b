// A photograph as a published model wants it: in the size, and with the mean and deviation, of the pictures that it was
// trained on.
//
//     picture of any size  ->  image (1, C, H, W)
//
//  1. Resized: the shorter side to the model's size divided by the crop fraction, the other in proportion; or squashed,
//     both sides whatever the picture's ratio.
//  2. Cropped: the middle, H x W.
//  3. Normalised: each channel, from 0 to 1, minus a mean and divided by a standard deviation.
#pragma once

#include <string>
#include <vector>

#include "common/files/resize.h"
#include "common/program/options.h"
#include "common/tensor/tensor.h"

namespace vit {

struct Preprocessing {
    std::size_t height = 224, width = 224;  // H, W of the model
    std::size_t channels = 3;               // C of the model: 3, or 1 for grey
    double crop_fraction = 0.9;             // how much of a side is left by the crop; 1: nothing is cut off
    bool squash = false;                    // is the picture's ratio given up?
    Interpolation interpolation = Interpolation::bicubic;
    std::vector<double> mean = {0.5};                // of each channel, or one for all
    std::vector<double> standard_deviation = {0.5};  // likewise
};

/// The fields that are not sizes of the model, by name. The preprocessing must live as long as the list.
Options named_options(Preprocessing& preprocessing);

/// What the models of a library were trained with, at 224 px:
///   timm           its vit_* models, trained by the paper's authors (augreg): 0.5 and 0.5, crop fraction 0.9, bicubic;
///                  for its models of 384 px the crop fraction is 1.
///   deit           timm's configuration of the deit_* models: the same with the mean and deviation of ImageNet's
///                  colours.
///   torchvision    ViT_B_16_Weights.IMAGENET1K_V1 and its like: the shorter side to 256 (crop fraction 0.875),
///                  bilinear, ImageNet's colours; for ViT_L_16 to 242 (0.9256), for the SWAG weights crop fraction 1
///                  and bicubic.
///   hugging_face   ViTImageProcessor's defaults: squashed to the model's size, bilinear, 0.5 and 0.5.
///   vit_pytorch    it publishes no weights and so no preprocessing: as timm.
/// Throws std::invalid_argument for another name.
Preprocessing preprocessing_preset(const std::string& name);
std::vector<std::string> preprocessing_preset_names();

/// Throws std::invalid_argument if a number makes no sense; says which.
void check(const Preprocessing& preprocessing);

/// What is done, in one line: "the shorter side to 248 (bicubic), the middle 224 x 224, minus 0.5, divided by 0.5".
std::string to_string(const Preprocessing& preprocessing);

/// The size that a picture of `size` gets before it is cropped: torchvision's for a square model, timm's for another.
PictureSize resized_size(const Preprocessing& preprocessing, PictureSize size);

/// Steps 1 and 2, in bytes, as Pillow does them. Throws std::invalid_argument if check does or the picture is empty.
Picture resize_for(const Preprocessing& preprocessing, const Picture& picture);

/// All steps: the image (1, C, H, W). Throws as resize_for.
Tensor<4> preprocess(const Preprocessing& preprocessing, const Picture& picture);

}  // namespace vit
