#include "07_training/run/train_config.h"

#include <fmt/core.h>

#include <stdexcept>

namespace vit {

Options named_options(TrainConfig& c) {
    return {
        option("data", c.data, "folder with the four IDX files of a data set"),
        option("validation", c.validation, "share of the training images held back for validation"),
        option("epochs", c.epochs, "passes over the training images"),
        option("batch", c.batch, "B, images in a batch"),
        option("learning_rate", c.learning_rate, "the highest learning rate"),
        option("warmup_epochs", c.warmup_epochs, "epochs until it is reached"),
        choice("weight_decay_kind", {"decoupled", "coupled"}, c.adamw.kind,
               "decoupled (AdamW) or inside the gradient (Adam with L2)"),
        option("weight_decay", c.adamw.weight_decay, "pull of the weights towards zero"),
        option("beta1", c.adamw.beta1, "memory of the mean gradient"),
        option("beta2", c.adamw.beta2, "memory of the mean square"),
        option("adam_epsilon", c.adamw.epsilon, "added to the root of the mean square"),
        option("largest_norm", c.largest_norm, "longest gradient, all parameters together; 0: not clipped"),
        option("label_smoothing", c.label_smoothing, "share of the target that is spread over all classes"),
        option("shift", c.augmentation.shift, "training images are moved by up to this many pixels"),
        option("rotate", c.augmentation.rotate, "and turned by up to this many degrees"),
        option("scale", c.augmentation.scale, "and made larger or smaller by up to this fraction"),
        option("seed", c.seed, "seed of everything that is random", any_number),
        option("threads", c.threads, "threads that share a batch; 0: one for each core", {.most = 1024}),
    };
}

void check(const TrainConfig& c) {
    const auto require = [](bool holds, const std::string& message) {
        if (!holds) throw std::invalid_argument("training: " + message);
    };
    require(c.batch > 0, "the batch must hold at least 1 image, but it is 0");
    require(c.validation >= 0 && c.validation < 1,
            fmt::format("the share for validation must be at least 0 and below 1, but it is {}", c.validation));
    require(c.label_smoothing >= 0 && c.label_smoothing < 1,
            fmt::format("label smoothing must be at least 0 and below 1, but it is {}", c.label_smoothing));
    require(c.learning_rate >= 0, fmt::format("the learning rate must be at least 0, but it is {}", c.learning_rate));
    require(c.warmup_epochs >= 0, fmt::format("the warm-up must be at least 0 epochs, but it is {}", c.warmup_epochs));
    require(c.adamw.weight_decay >= 0,
            fmt::format("the weight decay must be at least 0, but it is {}", c.adamw.weight_decay));
    require(c.adamw.epsilon >= 0, fmt::format("Adam's epsilon must be at least 0, but it is {}", c.adamw.epsilon));
    require(c.augmentation.scale >= 0 && c.augmentation.scale < 1,
            fmt::format("scale must be at least 0 and below 1, but it is {}", c.augmentation.scale));
    for (double beta : {c.adamw.beta1, c.adamw.beta2}) {
        require(beta >= 0 && beta < 1,
                fmt::format("beta1 and beta2 must be at least 0 and below 1, but one is {}", beta));
    }
}

}  // namespace vit
