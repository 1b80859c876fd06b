#include "07_training/run/run_files.h"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "common/files/files.h"
#include "common/report/plot.h"

namespace vit {
namespace {

constexpr const char* metrics_header =
    "epoch,learning_rate,train_loss_sum,train_right,train_images,validation_loss_sum,validation_right,validation_"
    "images,"
    "train_loss,train_accuracy,validation_loss,validation_accuracy,seconds\n";

/// {"name": value, ...}: numbers as numbers, words as words.
nlohmann::ordered_json to_json(const Options& options) {
    nlohmann::ordered_json json;
    for (const Option& option : options) {
        const std::string text = option.text();
        const auto value = nlohmann::ordered_json::parse(text, nullptr, false);
        if (value.is_discarded())
            json[option.name] = text;
        else
            json[option.name] = value;
    }
    return json;
}

double average(const Score& score, double (Score::*value)() const) {
    return score.images > 0 ? (score.*value)() : 0;
}

}  // namespace

std::string epoch_header() {
    return "epoch  learning rate  train loss  train accuracy  validation loss  validation accuracy  seconds\n";
}

std::string epoch_line(const Epoch& e) {
    std::string line = fmt::format("{:5}  {:13.6f}  {:10.4f}  {:14.4f}", e.number, e.learning_rate, e.train.loss(),
                                   e.train.accuracy());
    if (e.validation.images > 0)
        line += fmt::format("  {:15.4f}  {:19.4f}", e.validation.loss(), e.validation.accuracy());
    else
        line += fmt::format("  {:>15}  {:>19}", "-", "-");
    return line + fmt::format("  {:7.2f}\n", e.seconds);
}

void write_metrics(const std::string& path, const std::vector<Epoch>& epochs) {
    std::string text = metrics_header;
    for (const Epoch& e : epochs) {
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", e.number, e.learning_rate, e.train.loss_sum,
                            e.train.right, e.train.images, e.validation.loss_sum, e.validation.right,
                            e.validation.images, e.train.loss(), e.train.accuracy(),
                            average(e.validation, &Score::loss), average(e.validation, &Score::accuracy), e.seconds);
    }
    write_file(path, text);
}

std::vector<Epoch> read_metrics(const std::string& path) {
    std::istringstream text(read_file(path));
    std::string line;
    std::getline(text, line);
    if (line + "\n" != metrics_header)
        throw std::runtime_error(fmt::format("{}: the first line is not that of a metrics file", path));
    std::vector<Epoch> epochs;
    while (std::getline(text, line)) {
        Epoch e;
        double ignored;
        const int found =
            std::sscanf(line.c_str(), "%zu,%lf,%lf,%zu,%zu,%lf,%zu,%zu,%lf,%lf,%lf,%lf,%lf", &e.number,
                        &e.learning_rate, &e.train.loss_sum, &e.train.right, &e.train.images, &e.validation.loss_sum,
                        &e.validation.right, &e.validation.images, &ignored, &ignored, &ignored, &ignored, &e.seconds);
        if (found != 13)
            throw std::runtime_error(fmt::format("{}: line {} does not have 13 numbers", path, epochs.size() + 2));
        epochs.push_back(e);
    }
    return epochs;
}

void write_config(const std::string& path, Training& training) {
    const nlohmann::ordered_json json{{"training", to_json(named_options(training.config))},
                                      {"model", to_json(named_options(training.model.config))}};
    write_file(path, json.dump(2) + "\n");
}

void draw_curves(const std::string& path, const std::vector<Epoch>& epochs) {
    if (epochs.empty()) return;
    const bool validated = epochs.front().validation.images > 0;
    const auto curve = [&](const std::string& name, Score Epoch::*part, double (Score::*value)() const) {
        Curve c{name, {}, {}};
        for (const Epoch& e : epochs) {
            c.xs.push_back(static_cast<double>(e.number));
            c.ys.push_back((e.*part.*value)());
        }
        return c;
    };
    const auto panel = [&](const std::string& label, double (Score::*value)() const) {
        Panel p{label, {curve("training", &Epoch::train, value)}};
        if (validated) p.curves.push_back(curve("validation", &Epoch::validation, value));
        return p;
    };
    try {
        plot_curves(path, {.title = "Training",
                           .x_label = "epoch",
                           .panels = {panel("loss", &Score::loss), panel("accuracy", &Score::accuracy)}});
    } catch (const std::exception& error) {
        fmt::print(stderr, "note: no curves: {}\n", error.what());
    }
}

}  // namespace vit
