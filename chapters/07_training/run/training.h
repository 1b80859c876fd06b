// A training run: what it knows, its epochs, and its folder.
//
//     runs/NAME/config.json         every option of the run
//     runs/NAME/metrics.csv         one line for each epoch
//     runs/NAME/curves.svg          the same as curves
//     runs/NAME/last.safetensors    the newest state, with all that is needed to go on
//     runs/NAME/best.safetensors    the model of the epoch with the best validation accuracy
//
// All random numbers of a run are named by its seed and by the epoch or step that needs them (common/tensor/random.h),
// so a state is complete with the weights, the optimiser, and the number of steps made: a run that is resumed gives the
// same numbers as one that was never stopped.
#pragma once

#include <optional>
#include <string>

#include "07_training/run/parallel_step.h"
#include "07_training/run/train_config.h"
#include "07_training/schedule.h"

namespace vit {

/// One line of the table.
struct Epoch {
    std::size_t number = 0;  // counted from 1
    double learning_rate = 0;
    Score train, validation;
    double seconds = 0;
};

struct Training {
    TrainConfig config;
    std::vector<std::string> class_names;
    ImageSet train, validation, test;
    Normalisation normalisation;

    Vit model;
    AdamW optimiser;
    std::size_t step = 0;       // steps made so far
    Score epoch_so_far;         // of the training images of the epoch that is under way
    double seconds_so_far = 0;  // of that epoch
    std::vector<Epoch> epochs;  // those that are complete
    double best_accuracy = -1;  // on the validation images

    std::size_t steps_per_epoch() const { return (train.count + config.batch - 1) / config.batch; }
    std::size_t total_steps() const { return config.epochs * steps_per_epoch(); }
    bool finished() const { return step >= total_steps(); }
    Schedule schedule() const;
};

/// A fresh run: reads and splits the data, makes the model for its image size and classes, and fills it with the seed's
/// random numbers. `model` gives everything but channels, image size and classes. Throws std::runtime_error or
/// std::invalid_argument if the data or the options are no good.
Training start_training(const TrainConfig& config, VitConfig model);

/// The run in a folder, as its last.safetensors left it.
Training resume_training(const std::string& folder);

/// Makes steps until the run is finished, `most_steps` are made, or the reader presses Ctrl-C; prints the table and
/// writes the folder. Returns true if the run is finished.
bool continue_training(Training& training, const std::string& folder, std::optional<std::size_t> most_steps = {});

/// `wanted`, or if it is empty the first of runs/NAME-1, runs/NAME-2, ... that does not exist. Throws
/// std::runtime_error if the wanted folder already holds a run.
std::string run_folder(const std::string& wanted, const std::string& data);

}  // namespace vit
