#include "07_training/run/train_config.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/program/printable.h"

namespace vit {
namespace {

template <class Value>
void require(bool holds, const char* name, const std::string& must, const Value& value) {
    if (!holds) throw std::invalid_argument(fmt::format("training: {} must be {}, but it is {}", name, must, value));
}

/// [low, high]
void check_range(const char* name, double value, double low, double high) {
    require(value >= low && value <= high, name, fmt::format("from {} to {}", low, high), value);
}

/// [0, 1)
void check_share(const char* name, double value) {
    require(value >= 0 && value < 1, name, "at least 0 and below 1", value);
}

/// What a state holds of names. Those of files may be any bytes.
void check_text(const char* name, const std::string& text) {
    require(printable(text, text.size()) == text, name, "printable text in UTF-8", printable(text));
}

}  // namespace

Options named_options(TrainConfig& c) {
    return {
        option("data", c.data,
               "folder of a data set: IDX files, CIFAR-10's binary files, or a folder of pictures for each class"),
        option("image_height", c.image_height, "height the images get; 0: as they are", {.most = 65535}),
        option("image_width", c.image_width, "width the images get; 0: as they are", {.most = 65535}),
        option("classes", c.classes, "Y, classes; 0: as many as the data have", {.most = most_classes}),
        option("validation", c.validation, "share of the training images held back for validation"),
        option("epochs", c.epochs, "passes over the training images"),
        option("batch", c.batch, "B, images in a batch"),
        option("learning_rate", c.learning_rate, "the highest learning rate"),
        option("warmup_epochs", c.warmup_epochs, "epochs until it is reached"),
        choice("schedule", {"cosine", "constant"}, c.after_warmup, "how the rate goes on from there"),
        choice("weight_decay_kind", {"decoupled", "coupled"}, c.adamw.kind,
               "decoupled (AdamW) or inside the gradient (Adam with L2)"),
        option("weight_decay", c.adamw.weight_decay, "pull of the weights towards zero"),
        option("beta1", c.adamw.beta1, "memory of the mean gradient"),
        option("beta2", c.adamw.beta2, "memory of the mean square"),
        option("adam_eps", c.adamw.eps, "added to the root of the mean square"),
        option("largest_norm", c.largest_norm, "longest gradient, all parameters together; 0: not clipped"),
        option("label_smoothing", c.label_smoothing, "share of the target that is spread over all classes"),
        option("shift", c.augmentation.shift, "training images are moved by up to this many pixels"),
        option("rotate", c.augmentation.rotate, "and turned by up to this many degrees"),
        option("scale", c.augmentation.scale, "and made larger or smaller by up to this fraction"),
        option("crop", c.augmentation.crop, "and show a random part of at least this share of the area; 1: all of it"),
        option("flip", c.augmentation.flip, "the share of them that is mirrored, left for right"),
        option("random_changes", c.augmentation.random_changes,
               "and changed so many times in place, shape or colour (RandAugment)", {.most = 100}),
        option("strength", c.augmentation.strength, "strength of these changes, 0 to 10"),
        option("mixup", c.augmentation.mixup, "alpha of mixup, which mixes each image with another one; 0: does not"),
        choice("best_by", {"accuracy", "loss"}, c.best_by,
               "what makes an epoch the best on the validation images; the other one decides between equals"),
        option("init", c.init, "a weight file to begin with: all of it but its head"),
        choice("freeze", {"nothing", "backbone"}, c.freeze, "what keeps its weights; backbone: all but the head"),
        option("seed", c.seed, "seed of everything that is random", any_number),
        option("threads", c.threads, "threads that share a batch; 0: one for each core", {.most = 1024}),
    };
}

void check(const TrainConfig& c) {
    constexpr double huge = 1e30;  // the largest float is 3.4e38
    check_text("data", c.data);
    check_text("init", c.init);
    require((c.image_height == 0) == (c.image_width == 0), "image_height",
            "given together with image_width, or neither", c.image_height);
    check_share("validation", c.validation);
    check_range("epochs", static_cast<double>(c.epochs), 0, 1e6);
    check_range("batch", static_cast<double>(c.batch), 1, 1e9);
    check_range("learning_rate", c.learning_rate, 0, huge);
    check_range("warmup_epochs", c.warmup_epochs, 0, 1e6);
    check_range("weight_decay", c.adamw.weight_decay, 0, huge);
    check_range("beta1", c.adamw.beta1, 0, 0.9999999);  // as a float, still below 1
    check_range("beta2", c.adamw.beta2, 0, 0.9999999);
    check_range("adam_eps", c.adamw.eps, 0, huge);
    check_range("largest_norm", c.largest_norm, 0, huge);
    check_share("label_smoothing", c.label_smoothing);
    check_range("shift", c.augmentation.shift, 0, 1e6);
    check_range("rotate", c.augmentation.rotate, 0, 360);
    check_share("scale", c.augmentation.scale);
    check_range("crop", c.augmentation.crop, 0.01, 1);
    check_range("flip", c.augmentation.flip, 0, 1);
    check_range("strength", c.augmentation.strength, 0, 10);
    check_range("mixup", c.augmentation.mixup, 0, 1);
    check_range("threads", static_cast<double>(c.threads), 0, 1024);
}

}  // namespace vit
