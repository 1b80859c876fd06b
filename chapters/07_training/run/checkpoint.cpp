#include "07_training/run/checkpoint.h"

#include <fmt/ranges.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>

#include "07_training/finite.h"
#include "07_training/weight_file.h"
#include "common/program/printable.h"

namespace vit {
namespace {

using Texts = std::map<std::string, std::string>;

/// The lists of a run's options and tensors could change what they list: there is one kind of list for those who read
/// and those who write. Only here is one made of a run that must not be changed, and only to write it to a file.
Training& to_be_read(const Training& training) {
    return const_cast<Training&>(training);
}

/// What any checkpoint says beside its tensors.
Options model_options(VitConfig& model, Normalisation& normalisation, PictureStatistics& pictures) {
    Options options = renamed("model.", named_options(model));
    for (const Option& option : normalisation_options(normalisation)) options.push_back(option);
    for (const Option& option : renamed("pictures.", named_options(pictures))) options.push_back(option);
    return options;
}

/// Where in its run a state is.
Options position_options(Training& t) {
    return {option("data.checksum", t.checksum, "of the data set", any_number),
            option("step", t.optimiser.adamw.step, "steps made"),
            option("epoch.loss_sum", t.epoch_so_far.loss_sum, "of the epoch under way"),
            option("epoch.right", t.epoch_so_far.right, "of the epoch under way"),
            option("epoch.images", t.epoch_so_far.count, "of the epoch under way"),
            option("epoch.seconds", t.seconds_so_far, "of the epoch under way")};
}

Texts model_texts(Training& t) {
    Texts texts = to_text(model_options(t.model.config, t.normalisation, t.pictures));
    texts["class_names"] = fmt::format("{}", fmt::join(t.class_names, "\n"));
    return texts;
}

Texts options_texts(Training& t) {
    return to_text(renamed("training.", named_options(t.config)));
}

/// The options of the run, also if the file is older than some of them.
void read_training_options(TrainConfig& config, const Safetensors& file) {
    // What states of earlier versions lack, as their runs were: they began with random weights, all of which trained.
    Texts texts{{"training.init", ""}, {"training.freeze", "nothing"}};
    for (const auto& [name, text] : file.metadata) texts[name] = text;
    read_text(renamed("training.", named_options(config)), texts, file.path);
    check_options(file.path, [&] { check(config); });
}

/// Every tensor of a state.
Parameters state_tensors(Training& t) {
    Parameters tensors = named_parameters(t.model);
    append(tensors, "adamw", named_parameters(t.optimiser.adamw, t.trained()));
    return tensors;
}

/// Writes a file, if all its numbers are finite.
void save_finite(const std::string& path, const Parameters& tensors, const Texts& texts) {
    if (const std::string name = first_not_finite(tensors); !name.empty())
        throw std::runtime_error(
            fmt::format("{} is not written: tensor {} has a number that is not finite", path, name));
    save_safetensors(path, tensors, texts);
}

}  // namespace

void save_model(const std::string& path, const Training& training) {
    Training& t = to_be_read(training);
    Texts texts = model_texts(t);
    texts.merge(options_texts(t));
    save_finite(path, named_parameters(t.model), texts);
}

TrainedModel load_model(const std::string& path) {
    if (std::filesystem::is_directory(path))
        throw std::runtime_error(fmt::format("{0} is a folder; the checkpoint in it is {0}/best.safetensors", path));
    Safetensors file = load_finite(path);
    TrainedModel trained;
    VitConfig config;
    if (!file.metadata.contains("model.image_height"))
        throw std::runtime_error(path + ": this is no checkpoint of 07_training: it does not say what model it holds");
    read_text(model_options(config, trained.normalisation, trained.pictures), file.metadata, path);
    if (file.metadata.contains("training.data")) read_training_options(trained.training, file);
    trained.class_names = read_class_names(file);
    const std::set<std::string> names(trained.class_names.begin(), trained.class_names.end());
    if (names.size() != trained.class_names.size())  // which an answer could not tell apart
        throw std::runtime_error(path + ": two classes have the same name");
    check_normalisation(path, trained.normalisation, config.channels);
    if (trained.class_names.size() != config.classes)
        throw std::runtime_error(
            fmt::format("{}: {} class names for {} classes", path, trained.class_names.size(), config.classes));
    check_model_of(file, config);
    check_options(path, [&] { trained.model = make_vit(config); });
    std::erase_if(file.tensors, [](const StoredTensor& tensor) { return tensor.name.starts_with("adamw."); });
    copy_into(file, named_parameters(trained.model));
    return trained;
}

void save_state(const std::string& path, const Training& training) {
    Training& t = to_be_read(training);
    Texts texts = model_texts(t);
    texts.merge(options_texts(t));
    texts.merge(to_text(position_options(t)));
    save_finite(path, state_tensors(t), texts);
}

void load_state(const std::string& path, Training& training) {
    const Safetensors file = load_finite(path);
    Training position;  // throws, if it must, before anything is changed
    read_text(position_options(position), file.metadata, path);
    read_text(normalisation_options(position.normalisation), file.metadata, path);
    check_normalisation(path, position.normalisation, training.model.config.channels);
    if (position.checksum != training.checksum)
        throw std::runtime_error(
            fmt::format("{}: the run began with other data than there are in {} now", path, training.config.data));
    if (const std::vector<std::string> names = read_class_names(file); names != training.class_names)
        throw std::runtime_error(fmt::format("{}: the run began with the classes {}; those of {} are {} now", path,
                                             listed(names), training.config.data, listed(training.class_names)));
    copy_into(file, state_tensors(training));
    training.normalisation = position.normalisation;  // which may be that of the weights it began with
    read_text(position_options(training), file.metadata, path);
}

void read_options(const std::string& path, TrainConfig& training, VitConfig& model) {
    const Safetensors file = load_safetensors(path);
    read_training_options(training, file);
    read_text(renamed("model.", named_options(model)), file.metadata, path);
    check_model_of(file, model);
}

}  // namespace vit
