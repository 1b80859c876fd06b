// Training itself: epoch after epoch, with a state on disk that a stopped run goes on from.
#pragma once

#include <optional>
#include <string>

#include "07_training/run/run_folder.h"
#include "07_training/run/training.h"

namespace vit {

/// Writes the files that a run begins with: whenever it is killed from now on, it can go on.
void write_beginning(const Training& training, const RunFolder& folder);

/// Makes steps until the run is finished, `most_steps` are made, or the reader presses Ctrl-C; prints the table and
/// writes the folder. Returns true if the run is finished. Throws std::runtime_error if a step leaves a number that is
/// not finite, in the loss, the gradient or the state: says which step, which rate and which tensor.
/// last.safetensors then has the last state that was saved: one after each epoch, and between the steps of a long one.
bool continue_training(Training& training, const RunFolder& folder, std::optional<std::size_t> most_steps = {});

/// The run in a folder, as its last.safetensors left it. Its data may have been put elsewhere: into `data`, if that is
/// not empty. Throws std::runtime_error if they are other data than the run began with, or if a file is damaged.
Training resume_training(const RunFolder& folder, const std::string& data = "");

}  // namespace vit
