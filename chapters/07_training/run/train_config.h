// How a model is trained: every number that a run depends on, besides the model's own.
#pragma once

#include <string>

#include "07_training/adamw.h"
#include "07_training/batches.h"
#include "07_training/frozen.h"
#include "07_training/schedule.h"
#include "common/program/options.h"

namespace vit {

/// By what the best epoch is known, on the validation images.
enum class BestBy { accuracy, loss };

struct TrainConfig {
    std::string data = "data/digits";               // a folder, of any kind that load_data_set reads
    std::size_t image_height = 0, image_width = 0;  // 0: as the data are
    std::size_t classes = 0;                        // 0: as many as the data have
    double validation = 0.1;                        // share of the training images that is held back
    std::size_t epochs = 60;
    std::size_t batch = 64;
    double learning_rate = 2e-3;  // the schedule's peak
    double warmup_epochs = 5;
    AfterWarmup after_warmup = AfterWarmup::cosine;
    AdamWConfig adamw;
    double largest_norm = 1;  // of all gradients together; 0: not clipped
    double label_smoothing = 0.1;
    Augmentation augmentation = {.shift = 0.5};
    BestBy best_by = BestBy::accuracy;
    std::string init = "";  // a file of weights to begin with; empty: random ones
    Freeze freeze = Freeze::nothing;
    std::size_t seed = 1;
    std::size_t threads = 0;  // 0: one for each core
};

/// Every field by name. The config must live as long as the list.
Options named_options(TrainConfig& config);

/// Throws std::invalid_argument if a number makes no sense, or is so large that the numbers computed from it would have
/// none; says which.
void check(const TrainConfig& config);

}  // namespace vit
