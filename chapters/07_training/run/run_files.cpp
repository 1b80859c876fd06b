#include "07_training/run/run_files.h"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "common/files/files.h"
#include "common/files/json.h"
#include "common/program/printable.h"
#include "common/report/plot.h"

namespace vit {
namespace {

/// {"name": value, ...}: numbers as numbers, words as words, and 1.50 too, which a number would make 1.5.
nlohmann::ordered_json to_json(const Options& options) {
    nlohmann::ordered_json json;
    for (const Option& option : options) {
        const std::string text = option.text();
        const auto value = nlohmann::ordered_json::parse(text, nullptr, false);
        if ((value.is_number() || value.is_boolean()) && value.dump() == text)
            json[option.name] = value;
        else
            json[option.name] = text;
    }
    return json;
}

/// The texts of one part of the file.
std::map<std::string, std::string> to_texts(const std::string& path, const std::string& part,
                                            const nlohmann::json& json) {
    if (!json.is_object()) throw std::runtime_error(fmt::format("{}: {} has no options in it", path, part));
    std::map<std::string, std::string> texts;
    for (const auto& [name, value] : json.items())
        texts[name] = value.is_string() ? value.get<std::string>() : value.dump();
    return texts;
}

}  // namespace

std::string epoch_header() {
    return "epoch  learning rate  train loss  train accuracy  validation loss  validation accuracy  macro F1  "
           "seconds\n";
}

std::string epoch_line(const Epoch& e) {
    std::string line = fmt::format("{:5}  {:13.6f}  {:10.4f}  {:14.4f}", e.number, e.learning_rate, e.train.loss(),
                                   e.train.accuracy());
    if (e.validation.count > 0)
        line += fmt::format("  {:15.4f}  {:19.4f}  {:8.4f}", e.validation.loss(), e.validation.accuracy(), e.f1);
    else
        line += fmt::format("  {:>15}  {:>19}  {:>8}", "-", "-", "-");
    return line + fmt::format("  {:7.2f}\n", e.seconds);
}

void write_config(const std::string& path, const Training& training) {
    TrainConfig config = training.config;
    VitConfig model = training.model.config;
    const nlohmann::ordered_json json{{"training", to_json(named_options(config))},
                                      {"model", to_json(named_options(model))}};
    write_file(path, json.dump(2) + "\n");
}

void read_config(const std::string& path, TrainConfig& training, VitConfig& model) {
    constexpr std::size_t levels = 2;  // {"training": {"seed": 1}}: a value is a number or a word
    const nlohmann::json json = parse_json(path, "the file", read_file(path, 1 << 20), levels);
    if (!json.is_object()) throw std::runtime_error(path + ": the file has no parts \"training\" and \"model\"");
    for (const auto& [part, options] : json.items()) {
        if (part != "training" && part != "model")
            throw std::runtime_error(
                fmt::format("{}: {} is neither \"training\" nor \"model\"", path, printable(part)));
        read_some(part == "model" ? named_options(model) : named_options(training), to_texts(path, part, options),
                  path);
    }
}

void draw_curves(const std::string& path, const std::vector<Epoch>& epochs) {
    if (epochs.empty()) return;
    const bool validated = epochs.front().validation.count > 0;
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
        std::fputs(fmt::format("note: no curves: {}\n", error.what()).c_str(),
                   stderr);  // fmt::print would throw if it cannot
    }
}

}  // namespace vit
