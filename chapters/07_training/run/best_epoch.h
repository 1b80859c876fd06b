// Which epoch of a run is the best: its model is kept in best.safetensors.
#pragma once

#include "07_training/run/training.h"

namespace vit {

/// The best of these epochs, of which there must be one: the one with the best validation accuracy, of several the one
/// with the lowest validation loss, of several the first. `by` loss: the loss decides, then the accuracy. Without
/// validation images the last.
const Epoch& best_epoch(const std::vector<Epoch>& epochs, BestBy by);

/// "best epoch 12 of 60, ...", for people. A second line if few images have decided. Empty if there is no epoch.
std::string best_epoch_lines(const std::vector<Epoch>& epochs, BestBy by);

}  // namespace vit
