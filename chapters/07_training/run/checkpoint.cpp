#include "07_training/run/checkpoint.h"

#include <fmt/ranges.h>

#include <sstream>
#include <stdexcept>

#include "common/files/safetensors.h"

namespace vit {
namespace {

using Texts = std::map<std::string, std::string>;

Options with_prefix(const std::string& prefix, Options options) {
    for (Option& option : options) option.name = prefix + option.name;
    return options;
}

void add(Options& options, const Options& more) {
    options.insert(options.end(), more.begin(), more.end());
}

/// What any checkpoint says beside its tensors.
Options model_options(VitConfig& model, Normalisation& normalisation) {
    Options options = with_prefix("model.", named_options(model));
    options.push_back(option("normalisation.mean", normalisation.mean, "of the training pixels"));
    options.push_back(
        option("normalisation.standard_deviation", normalisation.standard_deviation, "of the training pixels"));
    return options;
}

/// What the state of a run says besides.
Options state_options(Training& t) {
    Options options = with_prefix("training.", named_options(t.config));
    add(options,
        {option("step", t.step, "steps made"), option("best_accuracy", t.best_accuracy, "on the validation images"),
         option("epoch.loss_sum", t.epoch_so_far.loss_sum, "of the epoch under way"),
         option("epoch.right", t.epoch_so_far.right, "of the epoch under way"),
         option("epoch.images", t.epoch_so_far.images, "of the epoch under way"),
         option("epoch.seconds", t.seconds_so_far, "of the epoch under way")});
    return options;
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
}

Texts model_texts(Training& t) {
    Texts texts = to_text(model_options(t.model.config, t.normalisation));
    texts["class_names"] = fmt::format("{}", fmt::join(t.class_names, "\n"));
    return texts;
}

/// Every tensor of a state.
Parameters state_tensors(Training& t) {
    const Parameters parameters = named_parameters(t.model);
    Parameters tensors = parameters;
    append(tensors, "adamw", named_parameters(t.optimiser, parameters));
    return tensors;
}

}  // namespace

void save_model(const std::string& path, Training& training) {
    save_safetensors(path, named_parameters(training.model), model_texts(training));
}

TrainedModel load_model(const std::string& path) {
    Safetensors file = load_safetensors(path);
    TrainedModel trained;
    VitConfig config;
    read_text(model_options(config, trained.normalisation), file.metadata, path);
    trained.class_names = lines(file.metadata["class_names"]);
    if (trained.class_names.size() != config.classes) {
        throw std::runtime_error(
            fmt::format("{}: {} class names for {} classes", path, trained.class_names.size(), config.classes));
    }
    try {
        trained.model = make_vit(config);
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("{}: {}", path, error.what()));
    }
    std::erase_if(file.tensors, [](const StoredTensor& tensor) { return tensor.name.starts_with("adamw."); });
    copy_into(file, named_parameters(trained.model));
    return trained;
}

void save_state(const std::string& path, Training& training) {
    Texts texts = model_texts(training);
    texts.merge(to_text(state_options(training)));
    save_safetensors(path, state_tensors(training), texts);
}

void load_state(const std::string& path, Training& training) {
    const Safetensors file = load_safetensors(path);
    read_text(state_options(training), file.metadata, path);
    copy_into(file, state_tensors(training));
    training.optimiser.step = training.step;
}

void read_options(const std::string& path, TrainConfig& training, VitConfig& model) {
    const Safetensors file = load_safetensors(path);
    read_text(with_prefix("training.", named_options(training)), file.metadata, path);
    read_text(with_prefix("model.", named_options(model)), file.metadata, path);
}

}  // namespace vit
