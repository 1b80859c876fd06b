// A run that is small enough to be made many times: few digits, a tiny model, and everything that is random switched
// on.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "07_training/run/checkpoint.h"
#include "07_training/run/train.h"
#include "common/files/files.h"
#include "tests/07_training/small_model.h"

namespace vit {

/// While it lives, what is printed to stdout (or to stderr) goes to a file. A failed CHECK prints too: put none in its
/// scope.
class Quiet {
public:
    explicit Quiet(int stream = STDOUT_FILENO) : stream_(stream), before_(dup(stream)) {
        std::fflush(nullptr);
        const int file = open(folder_.file("printed").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(file, stream_);
        close(file);
    }
    ~Quiet() {
        std::fflush(nullptr);
        dup2(before_, stream_);
        close(before_);
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

    std::string printed() const {
        std::fflush(nullptr);
        return read_file(folder_.file("printed"));
    }

private:
    TemporaryFolder folder_;
    int stream_, before_;
};

inline VitConfig small_model() {
    return {.patch_size = 4,
            .width = 8,
            .depth = 1,
            .heads = 2,
            .hidden = 12,
            .embedding_dropout = 0.1,
            .attention_dropout = 0.1,
            .projection_dropout = 0.1,
            .mlp_dropout = 0.2};
}

/// 144 images are left to train on: 5 steps an epoch, the last one with only 16 images.
inline TrainConfig small_config() {
    return {.data = DATA_FILES "/digits",
            .validation = 0.9,
            .epochs = 4,
            .batch = 32,
            .learning_rate = 5e-3,
            .warmup_epochs = 1,
            .adamw = {},
            .augmentation = {.shift = 0.5, .rotate = 10, .scale = 0.1},
            .seed = 3,
            .threads = 2};
}

/// The folder of a run, made if it is missing.
inline RunFolder opened(const std::string& path) {
    make_folders(path);
    return RunFolder(path);
}

/// continue_training without its table on the screen.
inline bool go_on(Training& training, const std::string& folder, std::optional<std::size_t> most_steps = {}) {
    const Quiet quiet;
    return continue_training(training, opened(folder), most_steps);
}

/// Trains from the beginning to the end.
inline Training whole_run(const TrainConfig& config, const std::string& folder) {
    Training training = start_training(config, small_model());
    go_on(training, folder);
    return training;
}

}  // namespace vit
