// What the program prints before and after a training.
#pragma once

#include <string>

#include "07_training/run/training.h"

namespace vit {

/// Draws the model into the file `diagram`, if that is not empty. Throws as write_diagram does, and
/// std::invalid_argument if it is one of the files that the run reads.
void draw_model(const Training& training, const std::string& diagram);

/// The data, and the model layer by layer.
void print_overview(const Training& training);

/// The two checks of sanity.h, on the first images that the run trains on. With a frozen backbone only the first.
void print_checks(const Training& training);

/// How the model does on the test images: class by class, which class it takes for which, and all together. Throws
/// std::runtime_error if its answers are not finite.
void print_test(const Training& training);

/// How far a run is that was stopped: the steps of the epoch under way and what they took, and how to go on.
void print_stopped(const Training& training, const std::string& folder);

}  // namespace vit
