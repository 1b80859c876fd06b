#include "07_training/run/checkpoint.h"

#include <fmt/ranges.h>

#include <sstream>
#include <stdexcept>

#include "07_training/run/finite.h"
#include "common/files/safetensors.h"
#include "common/program/printable.h"

namespace vit {
namespace {

using Texts = std::map<std::string, std::string>;

/// The lists of a run's options and tensors could change what they list: there is one kind of list for those who read
/// and those who write. Only here is one made of a run that must not be changed, and only to write it to a file.
Training& to_be_read(const Training& training) {
    return const_cast<Training&>(training);
}

Options renamed(const std::string& prefix, Options options) {
    for (Option& option : options) option.name = prefix + option.name;
    return options;
}

/// What any checkpoint says beside its tensors.
Options model_options(VitConfig& model, Normalisation& normalisation, PictureStatistics& pictures) {
    Options options = renamed("model.", named_options(model));
    options.push_back(option("normalisation.mean", normalisation.mean, "of the training pixels, by channel"));
    options.push_back(option("normalisation.standard_deviation", normalisation.standard_deviation,
                             "of the training pixels, by channel"));
    for (const Option& option : renamed("pictures.", named_options(pictures))) options.push_back(option);
    return options;
}

/// Where in its run a state is.
Options position_options(Training& t) {
    return {option("data.checksum", t.checksum, "of the data set", any_number),
            option("step", t.optimiser.adamw.step, "steps made"),
            option("best_score", t.best_score, "on the validation images"),
            option("epoch.loss_sum", t.epoch_so_far.loss_sum, "of the epoch under way"),
            option("epoch.right", t.epoch_so_far.right, "of the epoch under way"),
            option("epoch.images", t.epoch_so_far.count, "of the epoch under way"),
            option("epoch.seconds", t.seconds_so_far, "of the epoch under way")};
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
}

Texts model_texts(Training& t) {
    Texts texts = to_text(model_options(t.model.config, t.normalisation, t.pictures));
    texts["class_names"] = fmt::format("{}", fmt::join(t.class_names, "\n"));
    return texts;
}

/// Every tensor of a state.
Parameters state_tensors(Training& t) {
    const Parameters parameters = named_parameters(t.model);
    Parameters tensors = parameters;
    append(tensors, "adamw", named_parameters(t.optimiser.adamw, parameters));
    return tensors;
}

/// Writes a file, if all its numbers are finite.
void save_finite(const std::string& path, const Parameters& tensors, const Texts& texts) {
    if (const std::string name = first_not_finite(tensors); !name.empty())
        throw std::runtime_error(
            fmt::format("{} is not written: tensor {} has a number that is not finite", path, name));
    save_safetensors(path, tensors, texts);
}

/// The file, if all its numbers are finite.
Safetensors load_finite(const std::string& path) {
    Safetensors file = load_safetensors(path);
    for (const StoredTensor& tensor : file.tensors) {
        if (!all_finite(tensor.values()))
            throw std::runtime_error(
                fmt::format("{}: tensor {} has a number that is not finite", path, printable(tensor.name)));
    }
    return file;
}

/// Options that do not fit together name the file they come from.
template <class Check>
void check_of(const std::string& path, const Check& check) {
    try {
        check();
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("{}: {}", path, error.what()));
    }
}

/// A model of these sizes has at least so many numbers. A double, because that may be more than any integer holds.
double least_parameters(const VitConfig& c) {
    const auto D = static_cast<double>(c.width), P = static_cast<double>(c.patch_size);
    const double AK = c.head_width > 0 ? static_cast<double>(c.heads) * static_cast<double>(c.head_width) : D;
    const double block = 3 * AK * D + 2 * D * static_cast<double>(c.hidden);
    return D * static_cast<double>(c.channels) * P * P + D * static_cast<double>(c.tokens()) +
           static_cast<double>(c.depth) * block + D * static_cast<double>(c.classes);
}

/// A model that is far too large for its file is refused before it is made, because that could take all the memory.
/// (What is wrong with one that is a little too large, copy_into says better.)
void check_model_of(const Safetensors& file, const VitConfig& config) {
    check_of(file.path, [&] { check(config); });
    double found = 0;
    for (const StoredTensor& tensor : file.tensors) found += static_cast<double>(element_count(tensor.shape));
    if (const double promised = least_parameters(config); promised > 2 * found + 1e6)
        throw std::runtime_error(fmt::format(
            "{}: the sizes are those of a model of {:.3g} numbers, but there are {:.0f}", file.path, promised, found));
}

/// The names of the classes, each of them printable.
std::vector<std::string> read_class_names(const Safetensors& file) {
    const auto text = file.metadata.find("class_names");
    std::vector<std::string> names = lines(text == file.metadata.end() ? "" : text->second);
    for (const std::string& name : names) {
        if (printable(name, name.size()) != name)
            throw std::runtime_error(fmt::format("{}: a class has the name {}", file.path, printable(name)));
    }
    return names;
}

}  // namespace

void save_model(const std::string& path, const Training& training) {
    Training& t = to_be_read(training);
    save_finite(path, named_parameters(t.model), model_texts(t));
}

TrainedModel load_model(const std::string& path) {
    Safetensors file = load_finite(path);
    TrainedModel trained;
    VitConfig config;
    if (!file.metadata.contains("model.image_height"))
        throw std::runtime_error(path + ": this is no checkpoint of 07_training: it does not say what model it holds");
    read_text(model_options(config, trained.normalisation, trained.pictures), file.metadata, path);
    trained.class_names = read_class_names(file);
    const auto require = [&](bool holds, const std::string& message) {
        if (!holds) throw std::runtime_error(path + ": " + message);
    };
    const auto& [means, deviations] = trained.normalisation;
    require(means.size() == config.channels && deviations.size() == config.channels,
            fmt::format("normalisation has {} means and {} standard deviations for {} channels", means.size(),
                        deviations.size(), config.channels));
    for (const double deviation : deviations)
        require(deviation > 0,
                fmt::format("normalisation.standard_deviation must be above 0, but it is {}", deviation));
    require(trained.class_names.size() == config.classes,
            fmt::format("{} class names for {} classes", trained.class_names.size(), config.classes));
    check_model_of(file, config);
    check_of(path, [&] { trained.model = make_vit(config); });
    std::erase_if(file.tensors, [](const StoredTensor& tensor) { return tensor.name.starts_with("adamw."); });
    copy_into(file, named_parameters(trained.model));
    return trained;
}

void save_state(const std::string& path, const Training& training) {
    Training& t = to_be_read(training);
    Texts texts = model_texts(t);
    texts.merge(to_text(renamed("training.", named_options(t.config))));
    texts.merge(to_text(position_options(t)));
    save_finite(path, state_tensors(t), texts);
}

void load_state(const std::string& path, Training& training) {
    const Safetensors file = load_finite(path);
    Training position;  // throws, if it must, before anything is changed
    read_text(position_options(position), file.metadata, path);
    if (position.checksum != training.checksum)
        throw std::runtime_error(
            fmt::format("{}: the run began with other data than there are in {} now", path, training.config.data));
    copy_into(file, state_tensors(training));
    read_text(position_options(training), file.metadata, path);
}

void read_options(const std::string& path, TrainConfig& training, VitConfig& model) {
    const Safetensors file = load_safetensors(path);
    read_text(renamed("training.", named_options(training)), file.metadata, path);
    read_text(renamed("model.", named_options(model)), file.metadata, path);
    check_of(path, [&] { check(training); });
    check_model_of(file, model);
}

}  // namespace vit
