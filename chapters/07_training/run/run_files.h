// The files of a run's folder that people read, and the table that they see.
#pragma once

#include <string>

#include "07_training/run/training.h"

namespace vit {

/// The table of epochs: its heading, and one line.
std::string epoch_header();
std::string epoch_line(const Epoch& epoch);

/// metrics.csv, one line for each epoch; and back again, to the last bit. Throws std::runtime_error that names the
/// file.
void write_metrics(const std::string& path, const std::vector<Epoch>& epochs);
std::vector<Epoch> read_metrics(const std::string& path);

/// config.json: the options of the training and of the model.
void write_config(const std::string& path, Training& training);

/// Loss and accuracy as an SVG picture. If it cannot be drawn (gnuplot is not installed), says so and goes on: a
/// picture is no reason to lose a run.
void draw_curves(const std::string& path, const std::vector<Epoch>& epochs);

}  // namespace vit
