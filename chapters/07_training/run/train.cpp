#include "07_training/run/train.h"

#include <fmt/core.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>

#include "07_training/finite.h"
#include "07_training/run/best_epoch.h"
#include "07_training/run/checkpoint.h"
#include "07_training/run/metrics_file.h"
#include "07_training/run/run_files.h"
#include "07_training/run/run_folder.h"
#include "07_training/run/steps.h"
#include "common/program/interrupt.h"
#include "common/report/progress.h"
#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// The rate of the step that was made last.
double last_rate(const Training& t) {
    return learning_rate_at(t.optimiser.schedule, t.step() - 1);
}

[[noreturn]] void fail_not_finite(const Training& t, const RunFolder& folder, const std::string& what) {
    throw std::runtime_error(
        fmt::format("training: step {} of {}, at the learning rate {:g}: {} not finite; {}/last.safetensors has the "
                    "last good state",
                    t.step(), t.total_steps(), last_rate(t), what, folder.path()));
}

/// Throws std::runtime_error if the step that was just made left a number that is not finite.
void check_step(Training& t, const RunFolder& folder, const Score& score, const Parameters& gradients) {
    const std::string loss = std::isfinite(score.loss_sum) ? "" : "the loss is not finite, and ";
    const Parameters parameters = t.trained();
    if (const std::string name = first_not_finite(gradients); !name.empty())
        fail_not_finite(t, folder, fmt::format("{}the gradient of {} is", loss, name));
    if (!loss.empty()) fail_not_finite(t, folder, "the loss is");
    if (const std::string name = first_not_finite(parameters); !name.empty()) fail_not_finite(t, folder, name + " is");
    if (const std::string name = first_not_finite(named_parameters(t.optimiser.adamw, parameters)); !name.empty())
        fail_not_finite(t, folder, fmt::format("Adam's {} is", name));
}

/// The epochs of which nothing is left to do: of one whose steps are made the images are still counted until it has
/// been validated.
std::size_t complete_epochs(const Training& t) {
    const std::size_t whole = t.step() / t.steps_per_epoch(), left = t.step() % t.steps_per_epoch();
    return left == 0 && whole > 0 && t.epoch_so_far.count > 0 ? whole - 1 : whole;
}

/// Makes the steps that are left of the epoch under way, or fewer if it is stopped.
void run_epoch(Training& t, const RunFolder& folder, Steps& steps, const std::function<bool()>& stopped) {
    using Clock = std::chrono::steady_clock;
    Clock::time_point saved = Clock::now(), counted = saved;
    const std::size_t epoch = t.epochs.size(), end = (epoch + 1) * t.steps_per_epoch();
    steps.begin(end);
    const auto count_seconds = [&] {
        const Clock::time_point now = Clock::now();
        t.seconds_so_far += std::chrono::duration<double>(now - std::exchange(counted, now)).count();
    };
    const auto save = [&] {
        count_seconds();
        save_state(folder.file("last.safetensors"), t);
        saved = Clock::now();
    };
    Progress progress(fmt::format("epoch {}", epoch + 1), t.steps_per_epoch());
    progress.advance(t.step() - epoch * t.steps_per_epoch());
    while (t.step() < end && !stopped()) {
        const Score score = steps.next();
        check_step(t, folder, score, steps.gradient());
        t.epoch_so_far += score;
        if (Clock::now() - saved > std::chrono::seconds(50)) save();  // a kill loses no more than a minute
        progress.advance(1, fmt::format("loss {:.4f}", t.epoch_so_far.loss()));
    }
    count_seconds();
    if (Clock::now() - saved > std::chrono::seconds(10)) save();  // the validation may take long too
}

/// Measures the model on the validation images.
void validate(const Training& t, const Steps& steps, Epoch& epoch) {
    const Evaluation found = steps.validate();
    const Labels labels(t.validation.labels.begin(), t.validation.labels.end());
    const ClassMetrics macro =
        macro_average(class_metrics(confusion_matrix(labels, found.predicted, t.class_names.size())));
    epoch.validation = found.score;
    epoch.precision = macro.precision;
    epoch.recall = macro.recall;
    epoch.f1 = macro.f1;
}

/// What is to be done when all images of an epoch have been seen.
void finish_epoch(Training& t, const RunFolder& folder, const Steps& steps) {
    Epoch epoch{.number = t.epochs.size() + 1,
                .learning_rate = last_rate(t),
                .train = t.epoch_so_far,
                .validation = {},
                .seconds = t.seconds_so_far};
    if (t.validation.count > 0) validate(t, steps, epoch);
    if (!std::isfinite(epoch.validation.loss_sum)) fail_not_finite(t, folder, "the validation loss is");
    t.epochs.push_back(epoch);
    t.epoch_so_far = {};
    t.seconds_so_far = 0;
    if (best_epoch(t.epochs, t.config.best_by).number == epoch.number) save_model(folder.file("best.safetensors"), t);
    write_metrics(folder.file("metrics.csv"), t.epochs);
    save_state(folder.file("last.safetensors"), t);
    fmt::print("{}", epoch_line(epoch));
    std::fflush(stdout);
}

}  // namespace

void write_beginning(const Training& t, const RunFolder& folder) {
    save_state(folder.file("last.safetensors"), t);  // without it, the other two would be a folder that no run can use
    write_config(folder.file("config.json"), t);
    write_metrics(folder.file("metrics.csv"), t.epochs);
}

bool continue_training(Training& t, const RunFolder& folder, std::optional<std::size_t> most_steps) {
    const ThreadLimit threads(t.config.threads);
    Steps steps(t);
    const std::size_t last_step = most_steps ? t.step() + *most_steps : t.total_steps();
    const Interrupt interrupt;
    const auto stopped = [&] { return interrupt.requested() || t.step() >= last_step; };

    write_beginning(t, folder);
    fmt::print("{}{}", steps.note(), epoch_header());
    for (const Epoch& epoch : t.epochs) fmt::print("{}", epoch_line(epoch));
    while (!t.finished() && !stopped()) {
        run_epoch(t, folder, steps, stopped);
        if (t.step() == (t.epochs.size() + 1) * t.steps_per_epoch()) finish_epoch(t, folder, steps);
    }
    save_state(folder.file("last.safetensors"), t);
    draw_curves(folder.file("curves.svg"), t.epochs);
    return t.finished();
}

Training resume_training(const RunFolder& folder, const std::string& data) {
    const std::string path = folder.file("last.safetensors");
    TrainConfig config;
    VitConfig model;
    read_options(path, config, model);
    if (!data.empty()) config.data = data;
    const std::string init = std::exchange(config.init, "");  // the state has the weights, as they are now
    Training t = start_training(config, model);
    t.config.init = init;
    load_state(path, t);
    const std::size_t complete = complete_epochs(t);
    if (complete == 0) return t;
    t.epochs = read_metrics(folder.file("metrics.csv"));
    if (t.epochs.size() < complete) {
        throw std::runtime_error(fmt::format("{}/metrics.csv has {} epochs, but {} says that {} are complete",
                                             folder.path(), t.epochs.size(), path, complete));
    }
    t.epochs.resize(complete);
    return t;
}

}  // namespace vit
