// The parity dial: the details in which the libraries differ, each turned alone. How far do the logits move?
//
// A model that is read with one detail wrong gives no error. Some details change the fifth digit of a logit, others the
// answer: the table tells which to look for when two programs disagree.
#pragma once

#include <string>
#include <vector>

#include "06_vit_head/vit.h"
#include "08_pretrained/position_resize.h"

namespace vit {

/// One detail that was set otherwise.
struct Turn {
    std::string setting;            // "eps 1e-05"
    double largest_difference = 0;  // of a logit, over all images
    std::size_t same_answers = 0;   // images for which the same class has the largest logit
};

/// Every detail for these images (B, C, H, W): eps, the form of the GELU, the order of the numbers in a patch vector,
/// and qkv without a bias. Settings that the model has already are left out.
std::vector<Turn> turn_dial(const Vit& model, const Tensor<4>& images);

/// The model's positions were resized in the way `how` from these, which are for the grid `from`: every other way.
std::vector<Turn> turn_positions(const Vit& model, const Tensor<4>& images, PositionResize how,
                                 const Tensor<3>& positions, PatchGrid from);

/// A table of the turns for so many images.
std::string to_string(const std::vector<Turn>& turns, std::size_t images);

/// The same weights in a model of another config: each parameter that both have, its numbers in the order in which they
/// are. What only the new one has is zero.
Vit with_config(Vit model, const VitConfig& config);

}  // namespace vit
