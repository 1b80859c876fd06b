// The table that a run prints, and the files of its folder that are for people to read.
#pragma once

#include <string>
#include <vector>

#include "07_training/run/training.h"

namespace vit {

/// The table of epochs: its heading, and one line.
std::string epoch_header();
std::string epoch_line(const Epoch& epoch);

/// config.json: the options of the training and of the model.
void write_config(const std::string& path, const Training& training);

/// Reads such a file. Options that it leaves out stay as they are. Throws std::runtime_error, which names the file, if
/// it is damaged, names an option that there is not, or has a value that an option cannot have.
void read_config(const std::string& path, TrainConfig& training, VitConfig& model);

/// Loss and accuracy as an SVG picture. If it cannot be drawn (gnuplot is not installed), says so on stderr and goes
/// on: a picture is no reason to lose a run.
void draw_curves(const std::string& path, const std::vector<Epoch>& epochs);

}  // namespace vit
