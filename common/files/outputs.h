// What a program may write: no file that it reads, no file twice.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace vit {

/// Throws std::invalid_argument if `output`, the file that an option names, is one of those that are read, or is there
/// already in a folder of them: written over, it would be lost.
void refuse_to_overwrite(const std::string& option, const std::string& output, const std::vector<std::string>& inputs);

/// Throws std::invalid_argument if `output`, the folder that an option names, is one that is read or in it: what is
/// written there would be read the next time.
void refuse_inside(const std::string& option, const std::string& output, const std::string& folder);

/// The same if two outputs, each an option and its file, are one file. Empty names are no outputs.
void refuse_twice(const std::vector<std::pair<std::string, std::string>>& outputs);

}  // namespace vit
