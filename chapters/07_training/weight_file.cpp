#include "07_training/weight_file.h"

#include <fmt/core.h>

#include <sstream>
#include <stdexcept>

#include "07_training/finite.h"
#include "common/program/printable.h"

namespace vit {
namespace {

/// A model of these sizes has at least so many numbers. A double, because that may be more than any integer holds.
double least_parameters(const VitConfig& c) {
    const auto D = static_cast<double>(c.width), P = static_cast<double>(c.patch_size);
    const double AK = c.head_width > 0 ? static_cast<double>(c.heads) * static_cast<double>(c.head_width) : D;
    const double block = 3 * AK * D + 2 * D * static_cast<double>(c.hidden);
    return D * static_cast<double>(c.channels) * P * P + D * static_cast<double>(c.tokens()) +
           static_cast<double>(c.depth) * block + D * static_cast<double>(c.classes);
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
}

}  // namespace

Safetensors load_finite(const std::string& path) {
    Safetensors file = load_safetensors(path);
    for (const StoredTensor& tensor : file.tensors) {
        if (!all_finite(tensor.values()))
            throw std::runtime_error(
                fmt::format("{}: tensor {} has a number that is not finite", path, printable(tensor.name)));
    }
    return file;
}

Options renamed(const std::string& prefix, Options options) {
    for (Option& option : options) option.name = prefix + option.name;
    return options;
}

Options normalisation_options(Normalisation& n) {
    return {option("normalisation.mean", n.mean, "of the training pixels, by channel"),
            option("normalisation.standard_deviation", n.standard_deviation, "of the training pixels, by channel")};
}

std::vector<std::string> read_class_names(const Safetensors& file) {
    const auto text = file.metadata.find("class_names");
    std::vector<std::string> names = lines(text == file.metadata.end() ? "" : text->second);
    for (const std::string& name : names) {
        if (printable(name, name.size()) != name)
            throw std::runtime_error(fmt::format("{}: a class has the name {}", file.path, printable(name)));
    }
    return names;
}

void check_normalisation(const std::string& path, const Normalisation& n, std::size_t channels) {
    if (n.mean.size() != channels || n.standard_deviation.size() != channels)
        throw std::runtime_error(
            fmt::format("{}: normalisation has {} means and {} standard deviations for {} channels", path,
                        n.mean.size(), n.standard_deviation.size(), channels));
    for (const double deviation : n.standard_deviation) {
        if (!(deviation > 0))
            throw std::runtime_error(
                fmt::format("{}: normalisation.standard_deviation must be above 0, but it is {}", path, deviation));
    }
}

void check_options(const std::string& path, const std::function<void()>& check) {
    try {
        check();
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("{}: {}", path, error.what()));
    }
}

void check_model_of(const Safetensors& file, const VitConfig& config) {
    check_options(file.path, [&] { check(config); });
    double found = 0;
    for (const StoredTensor& tensor : file.tensors) found += static_cast<double>(element_count(tensor.shape));
    if (const double promised = least_parameters(config); promised > 2 * found + 1e6)
        throw std::runtime_error(fmt::format(
            "{}: the sizes are those of a model of {:.3g} numbers, but there are {:.0f}", file.path, promised, found));
}

}  // namespace vit
