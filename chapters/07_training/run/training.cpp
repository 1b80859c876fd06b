#include "07_training/run/training.h"

#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <numeric>
#include <stdexcept>

#include "07_training/run/checkpoint.h"
#include "07_training/run/run_files.h"
#include "common/program/interrupt.h"
#include "common/report/progress.h"
#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// What random numbers are for; each use has a stream of its own.
enum Stream : std::uint64_t { initial_weights, validation_split, order_of_images, changes_of_images, dropout };

Rng stream(const Training& t, Stream use) {
    return Rng(t.config.seed).fork(use);
}

/// Holds back a random share of the training images.
void split_validation(Training& t, const ImageSet& images) {
    const auto held_back = static_cast<std::size_t>(t.config.validation * static_cast<double>(images.count));
    const std::vector<std::size_t> order = stream(t, validation_split).permutation(images.count);
    t.validation = subset(images, std::span(order).first(held_back));
    t.train = subset(images, std::span(order).subspan(held_back));
    if (t.train.count == 0) throw std::invalid_argument("training: no image is left to train on");
}

/// One step on the batch that its number names.
Score make_step(Training& t, std::vector<Worker>& workers, const std::vector<std::size_t>& order, std::size_t epoch) {
    const std::size_t begin = (t.step % t.steps_per_epoch()) * t.config.batch;
    const std::span<const std::size_t> indices =
        std::span(order).subspan(begin, std::min(t.config.batch, order.size() - begin));
    const Rng changes = stream(t, changes_of_images).fork(epoch), drops = stream(t, dropout).fork(t.step);

    const Score score = compute_gradient(
        t.model, indices.size(),
        [&](std::size_t first, std::size_t last) {
            return make_augmented_batch(t.train, indices.subspan(first, last - first), t.normalisation,
                                        t.config.augmentation, changes);
        },
        workers, t.config.label_smoothing, &drops);

    const Parameters gradients = named_parameters(workers[0].gradient);
    clip_gradients(gradients, t.config.largest_norm);
    adamw_step(t.optimiser, t.config.adamw, learning_rate_at(t.schedule(), t.step), named_parameters(t.model),
               gradients);
    ++t.step;
    return score;
}

/// What is to be done when all images of an epoch have been seen.
void finish_epoch(Training& t, const std::string& folder, double seconds) {
    Epoch epoch{t.epochs.size() + 1,
                learning_rate_at(t.schedule(), t.step - 1),
                t.epoch_so_far,
                {},
                t.seconds_so_far + seconds};
    if (t.validation.count > 0) epoch.validation = evaluate(t.model, t.validation, t.normalisation).score;
    t.epochs.push_back(epoch);
    t.epoch_so_far = {};
    t.seconds_so_far = 0;
    // Without validation images, the newest model counts as the best.
    const double accuracy = t.validation.count > 0 ? epoch.validation.accuracy() : t.best_accuracy;
    if (t.validation.count == 0 || accuracy > t.best_accuracy) {
        t.best_accuracy = accuracy;
        save_model(folder + "/best.safetensors", t);
    }
    write_metrics(folder + "/metrics.csv", t.epochs);
    save_state(folder + "/last.safetensors", t);
    fmt::print("{}", epoch_line(epoch));
    std::fflush(stdout);
}

}  // namespace

Schedule Training::schedule() const {
    return {.peak = config.learning_rate,
            .warmup_steps = static_cast<std::size_t>(config.warmup_epochs * static_cast<double>(steps_per_epoch())),
            .total_steps = total_steps()};
}

Training start_training(const TrainConfig& config, VitConfig model) {
    check(config);
    DataSet data = load_idx_data(config.data);
    Training t;
    t.config = config;
    t.class_names = data.class_names;
    split_validation(t, data.train);
    t.test = std::move(data.test);
    t.normalisation = measure_normalisation(t.train);

    model.channels = t.train.channels;
    model.image_height = t.train.height;
    model.image_width = t.train.width;
    model.classes = t.class_names.size();
    t.model = make_vit(model);
    Rng rng = stream(t, initial_weights);
    initialise(t.model, rng);
    t.optimiser = make_adamw(named_parameters(t.model));
    return t;
}

Training resume_training(const std::string& folder) {
    const std::string path = folder + "/last.safetensors";
    TrainConfig config;
    VitConfig model;
    read_options(path, config, model);
    Training t = start_training(config, model);
    load_state(path, t);
    t.epochs = read_metrics(folder + "/metrics.csv");
    const std::size_t complete = t.step / t.steps_per_epoch();
    if (t.epochs.size() < complete) {
        throw std::runtime_error(fmt::format("{}/metrics.csv has {} epochs, but {} says that {} are complete", folder,
                                             t.epochs.size(), path, complete));
    }
    t.epochs.resize(complete);
    return t;
}

bool continue_training(Training& t, const std::string& folder, std::optional<std::size_t> most_steps) {
    using Clock = std::chrono::steady_clock;
    const ThreadLimit threads(t.config.threads);
    std::vector<Worker> workers = make_workers(t.model.config, thread_limit());
    const Interrupt interrupt;
    std::size_t made = 0;
    const auto stopped = [&] { return interrupt.requested() || (most_steps && made >= *most_steps); };

    write_config(folder + "/config.json", t);
    write_metrics(folder + "/metrics.csv", t.epochs);
    fmt::print("{}", epoch_header());
    for (const Epoch& epoch : t.epochs) fmt::print("{}", epoch_line(epoch));
    while (!t.finished() && !stopped()) {
        const auto start = Clock::now();
        const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
        const std::size_t epoch = t.step / t.steps_per_epoch(), end = (epoch + 1) * t.steps_per_epoch();
        const std::vector<std::size_t> order = stream(t, order_of_images).fork(epoch).permutation(t.train.count);
        {
            Progress progress(fmt::format("epoch {}", epoch + 1), t.steps_per_epoch());
            progress.advance(t.step - epoch * t.steps_per_epoch());
            for (; t.step < end && !stopped(); ++made) {
                t.epoch_so_far += make_step(t, workers, order, epoch);
                progress.advance(1, fmt::format("loss {:.4f}", t.epoch_so_far.loss()));
            }
        }
        if (t.step == end) {
            finish_epoch(t, folder, seconds());
        } else {
            t.seconds_so_far += seconds();
        }
    }
    save_state(folder + "/last.safetensors", t);
    draw_curves(folder + "/curves.svg", t.epochs);
    return t.finished();
}

std::string run_folder(const std::string& wanted, const std::string& data) {
    namespace fs = std::filesystem;
    if (!wanted.empty()) {
        if (fs::exists(wanted + "/last.safetensors")) {
            throw std::runtime_error(fmt::format(
                "{} already holds a run; choose another --out, or continue it with --resume {}", wanted, wanted));
        }
        return wanted;
    }
    const std::string name =
        fs::path(data).filename().empty() ? fs::path(data).parent_path().filename() : fs::path(data).filename();
    for (std::size_t number = 1;; ++number) {
        const std::string folder = fmt::format("runs/{}-{}", name, number);
        if (!fs::exists(folder)) return folder;
    }
}

}  // namespace vit
