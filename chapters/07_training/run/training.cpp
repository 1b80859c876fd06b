#include "07_training/run/training.h"

#include <stdexcept>
#include <utility>

namespace vit {
namespace {

/// Holds back a random share of the training images. The share is below 1: at least one image is left to train on.
void split_validation(Training& t, const ImageSet& set) {
    const auto held_back = static_cast<std::size_t>(t.config.validation * static_cast<double>(set.count));
    const std::vector<std::size_t> order = stream(t, Stream::validation_split).permutation(set.count);
    t.validation = subset(set, std::span(order).first(held_back));
    t.train = subset(set, std::span(order).subspan(held_back));
}

void read_data(Training& t) {
    DataSet data = load_idx_data(t.config.data);
    t.data_name = data.name;
    t.class_names = data.class_names;
    split_validation(t, data.train);
    t.test = std::move(data.test);
    t.normalisation = measure_normalisation(t.train);
}

Optimiser make_optimiser(const Training& t, const Parameters& parameters) {
    const double warmup_steps = t.config.warmup_epochs * static_cast<double>(t.steps_per_epoch());
    return {.adamw = make_adamw(t.config.adamw, parameters),
            .schedule = {.peak = t.config.learning_rate,
                         .warmup_steps = static_cast<std::size_t>(warmup_steps),
                         .total_steps = t.total_steps(),
                         .after_warmup = t.config.after_warmup},
            .largest_norm = t.config.largest_norm};
}

}  // namespace

Rng stream(const Training& t, Stream use) {
    return Rng(t.config.seed).fork(static_cast<std::uint64_t>(use));
}

Training start_training(const TrainConfig& config, VitConfig model) {
    check(config);
    Training t;
    t.config = config;
    read_data(t);

    model.channels = t.train.channels;
    model.image_height = t.train.height;
    model.image_width = t.train.width;
    model.classes = t.class_names.size();
    t.model = make_vit(model);
    Rng rng = stream(t, Stream::initial_weights);
    initialise(t.model, rng);
    t.optimiser = make_optimiser(t, named_parameters(t.model));
    return t;
}

}  // namespace vit
