// What all files of weights have in common, whichever program wrote them.
#pragma once

#include <functional>
#include <string>

#include "06_vit_head/vit_config.h"
#include "07_training/batches.h"
#include "common/files/safetensors.h"

namespace vit {

/// Reads a file. Throws std::runtime_error as load_safetensors does, and if it has a number that is not finite.
Safetensors load_finite(const std::string& path);

/// The same options with a prefix before their names: "model.depth".
Options renamed(const std::string& prefix, Options options);

/// "normalisation.mean" and "normalisation.standard_deviation".
Options normalisation_options(Normalisation& normalisation);

/// The names of the classes in the metadata; none: they are not there. Throws std::runtime_error if one is not
/// printable.
std::vector<std::string> read_class_names(const Safetensors& file);

/// Throws std::runtime_error, which names the file, if the normalisation of its metadata is none for so many channels.
void check_normalisation(const std::string& path, const Normalisation& normalisation, std::size_t channels);

/// Runs a check of options that come from a file: what std::invalid_argument says becomes a std::runtime_error that
/// names it.
void check_options(const std::string& path, const std::function<void()>& check);

/// Refuses a model that is far too large for its file before it is made, because that could take all the memory. (What
/// is wrong with one that is a little too large, copy_into says better.)
void check_model_of(const Safetensors& file, const VitConfig& config);

}  // namespace vit
