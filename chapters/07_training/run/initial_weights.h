// Weights to begin with: those of another run, or of a published file.
//
// All tensors of the file are taken, under timm's names, but the head's: the classes are others, so the head is new.
#pragma once

#include <string>

#include "07_training/run/training.h"

namespace vit {

/// Sets what a file says of the model whose weights it holds. A checkpoint of 07_training says everything. Of another
/// file the shapes of its tensors say the sizes; the number of heads is then D / 64, or 0 if that is no whole number;
/// the image is taken for a square, its sides are 0 if it cannot be one. Throws std::runtime_error if the file is
/// damaged, lacks a tensor, or has the names of another library.
void read_model(const std::string& path, VitConfig& model);

/// Makes the run's model with the weights of config.init and a head of zeros, and takes the file's normalisation, if it
/// has one. `model` fits the data. Throws std::runtime_error as read_model does, and if the weights are for other
/// images, or for another model.
void begin_with_file(Training& training, const VitConfig& model);

}  // namespace vit
