// A training run: what it knows.
//
// All random numbers of a run are named by its seed and by the epoch or step that needs them (common/tensor/random.h),
// so a state is complete with the weights, the optimiser, and the number of steps made: a run that is resumed gives the
// same numbers as one that was never stopped.
#pragma once

#include <string>
#include <vector>

#include "07_training/run/picture_statistics.h"
#include "07_training/run/train_config.h"
#include "07_training/train_step.h"

namespace vit {

/// One line of the table.
struct Epoch {
    std::size_t number = 0;  // counted from 1
    double learning_rate = 0;
    Score train, validation;
    double precision = 0, recall = 0, f1 = 0;  // of the validation images, macro averages
    double seconds = 0;
};

struct Training {
    TrainConfig config;
    std::string data_name, data_kind;
    std::vector<std::string> data_notes;
    std::vector<std::string> class_names;
    ImageSet train, validation, test;
    Normalisation normalisation;
    PictureStatistics pictures;  // of the training images
    std::size_t checksum = 0;    // of the data set: a run goes on with the data that it began with

    Vit model;
    std::string weights_note;  // where the weights come from, if they are not random
    Optimiser optimiser;
    Score epoch_so_far;         // of the training images of the epoch that is under way
    double seconds_so_far = 0;  // of that epoch
    std::vector<Epoch> epochs;  // those that are complete

    Parameters trained() { return trained_parameters(model, config.freeze); }
    std::size_t step() const { return optimiser.adamw.step; }  // steps made so far
    std::size_t steps_per_epoch() const { return (train.count + config.batch - 1) / config.batch; }
    std::size_t total_steps() const { return config.epochs * steps_per_epoch(); }
    bool finished() const { return epochs.size() >= config.epochs; }
};

/// What random numbers are for; each use has a stream of its own.
enum class Stream : std::uint64_t {
    initial_weights,
    validation_split,
    order_of_images,
    changes_of_images,
    dropout,
    mixing
};

/// The random numbers of a run for one use.
Rng stream(const Training& training, Stream use);

/// A fresh run: reads and splits the data, makes the model for its image size and classes, and fills it with the seed's
/// random numbers, or with the weights of the file that config.init names. `model` gives everything but channels, image
/// size and classes. Throws std::runtime_error or std::invalid_argument if the data, the options or the file are no
/// good.
Training start_training(const TrainConfig& config, VitConfig model);

}  // namespace vit
