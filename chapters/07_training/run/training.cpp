#include "07_training/run/training.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "07_training/run/initial_weights.h"
#include "common/files/load_data_set.h"

namespace vit {
namespace {

/// Holds back a random share of the training images, if the data set has no validation images of its own. The share is
/// below 1: at least one image is left to train on.
void split_validation(Training& t, DataSet& data) {
    if (data.validation.count > 0 && t.config.validation == 0)
        t.data_notes.emplace_back("its validation images are not used: --validation 0");
    if (data.validation.count > 0 && t.config.validation > 0) {
        t.train = std::move(data.train);
        t.validation = std::move(data.validation);
        return;
    }
    const auto held_back = static_cast<std::size_t>(t.config.validation * static_cast<double>(data.train.count));
    const std::vector<std::size_t> order = stream(t, Stream::validation_split).permutation(data.train.count);
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(held_back);
    t.validation = subset(data.train, {order.begin(), middle});
    t.train = subset(data.train, {middle, order.end()});
}

/// Brings the images to their size once and for all, if they are small enough for that, all of them together; else each
/// is decoded whenever it is asked for.
void keep_in_memory(DataSet& data) {
    constexpr double most_bytes = 1 << 30;
    double bytes = 0;
    for (const ImageSet* set : {&data.train, &data.validation, &data.test})
        bytes += static_cast<double>(set->count) * static_cast<double>(set->channels * set->height * set->width);
    if (bytes > most_bytes) return;
    for (ImageSet* set : {&data.train, &data.validation, &data.test}) {
        const bool as_it_is = set->files.empty() && set->stored_height == 0;
        if (!as_it_is) *set = in_memory(*set);
    }
}

void read_data(Training& t) {
    const TrainConfig& c = t.config;
    DataSet data = load_data_set(c.data, {c.image_height, c.image_width, c.classes});
    keep_in_memory(data);
    t.data_name = data.name;
    t.data_kind = data.kind;
    t.data_notes = data.notes;
    t.class_names = data.class_names;
    t.checksum = checksum_of(data);
    split_validation(t, data);
    t.test = std::move(data.test);
    if (const std::string rare = rare_classes(t.train, t.class_names); !rare.empty()) t.data_notes.push_back(rare);
    t.normalisation = measure_normalisation(t.train);
    t.pictures = measure_pictures(t.train);
}

/// The options can ask for images of any size. Says so before all of them are brought to a size that no model takes.
void check_image_size(const TrainConfig& c, const VitConfig& model) {
    constexpr std::size_t most = 1'000'000;
    const std::size_t P = std::max<std::size_t>(model.patch_size, 1);
    const std::size_t patches = (c.image_height / P) * (c.image_width / P);
    if (patches > most)
        throw std::invalid_argument(fmt::format("training: images of {} x {} pixels have {} patches; at most {}",
                                                c.image_height, c.image_width, patches, most));
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
    check_image_size(config, model);
    Training t;
    t.config = config;
    read_data(t);

    model.channels = t.train.channels;
    model.image_height = t.train.height;
    model.image_width = t.train.width;
    model.classes = t.class_names.size();
    if (!config.init.empty()) {
        begin_with_file(t, model);
    } else {
        t.model = make_vit(model);
        Rng rng = stream(t, Stream::initial_weights);
        initialise(t.model, rng);
    }
    t.optimiser = make_optimiser(t, t.trained());
    return t;
}

}  // namespace vit
