// Checkpoints: a model, or a whole run, in one safetensors file.
//
// The tensors are the parameters under their published names; a run's file also has Adam's m and v, as "adamw.m.NAME"
// and "adamw.v.NAME". All else is text in the file's metadata: the options ("model.patch_size", "training.seed"), the
// normalisation, the names of the classes, the position in the run.
//
// Each function that reads throws std::runtime_error, which names the file, if it is no
// checkpoint, is damaged, holds another model than it says, or has a number that is not finite. Such a number is not
// written either: the file then stays as it was.
#pragma once

#include <string>

#include "07_training/run/training.h"

namespace vit {

/// A model with what is needed to use it on new images.
struct TrainedModel {
    Vit model;
    Normalisation normalisation;
    PictureStatistics pictures;
    std::vector<std::string> class_names;
    TrainConfig training;  // the options of its run; of a file without them the defaults
};

/// Writes the model alone.
void save_model(const std::string& path, const Training& training);

/// Reads the model of any checkpoint.
TrainedModel load_model(const std::string& path);

/// Writes the state of the run.
void save_state(const std::string& path, const Training& training);

/// Reads what save_state wrote. The images are not in the file: they are read from the data set again.
void load_state(const std::string& path, Training& training);

/// The options of the run that wrote this checkpoint, also if it is older than some of them.
void read_options(const std::string& path, TrainConfig& training, VitConfig& model);

}  // namespace vit
