// What a model says of a picture, as people and other programs read it.
#pragma once

#include <string>
#include <vector>

#include "06_vit_head/vit.h"
#include "08_pretrained/preprocessing.h"

namespace vit {

struct Images {
    std::vector<std::string> files;  // B of them
    Tensor<4> pixels;                // (B, C, H, W)
};

/// Those of the pictures that can be read. The reasons why others cannot are added to `errors`. Throws as preprocess.
Images read_images(const std::vector<std::string>& files, const Preprocessing& preprocessing,
                   std::vector<std::string>& errors);

struct Answers {
    Tensor<2> logits;    // (B, Y)
    Tensor<2> features;  // (B, D), what the head reads
};

/// What the model makes of images (B, C, H, W).
Answers answers_of(const Vit& model, const Tensor<4>& images);

/// The lines "  93.1 %  name" of the most likely `count` classes of the image with this number. Classes without a name
/// are called by their number. logits (B, Y).
std::string most_likely(const Tensor<2>& logits, std::size_t image, std::size_t count,
                        const std::vector<std::string>& class_names);

/// Writes a table (B, M) as CSV: a heading NAME_0, NAME_1, ..., then a line for each image, with all digits that a
/// number has.
void write_csv(const std::string& path, const std::string& name, const Tensor<2>& table);

}  // namespace vit
