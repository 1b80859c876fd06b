#include "common/files/outputs.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "common/files/files.h"
#include "common/program/printable.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// The name that is the same for all that lead to one file, which need not be there yet. In "new/../file", new need not
/// be there either: it would be made. Empty if there is none.
fs::path only_name(const fs::path& path) {
    std::error_code missing;
    return fs::weakly_canonical(fs::absolute(target_of(path), missing), missing);
}

bool is_same_file(const fs::path& a, const fs::path& b) {
    std::error_code missing;
    const fs::path whole = only_name(a);
    return !whole.empty() && (whole == only_name(b) || fs::equivalent(whole, only_name(b), missing));
}

/// Is this path in this folder or in one below it?
bool is_in(const fs::path& folder, const fs::path& path) {
    std::error_code missing;
    const fs::path inner = only_name(path), outer = only_name(folder);
    return fs::is_directory(outer, missing) &&
           std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

}  // namespace

void refuse_to_overwrite(const std::string& option, const std::string& output, const std::vector<std::string>& inputs) {
    std::error_code missing;
    for (const std::string& input : inputs) {
        const bool is_read =
            is_same_file(input, output) || (is_in(input, output) && fs::exists(only_name(output), missing));
        if (!output.empty() && is_read)
            throw std::invalid_argument(fmt::format("{} {}: this file is read; give another name for what is written",
                                                    option, printable(output)));
    }
}

void refuse_inside(const std::string& option, const std::string& output, const std::string& folder) {
    if (is_in(folder, output))
        throw std::invalid_argument(fmt::format("{} {}: this is in {}, which is read; choose a folder elsewhere",
                                                option, printable(output), printable(folder)));
}

void refuse_twice(const std::vector<std::pair<std::string, std::string>>& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const std::string& path = outputs[i].second;
            if (!path.empty() && !is_something_else(path) && is_same_file(path, outputs[j].second))
                throw std::invalid_argument(fmt::format("{} {}: this is the file of {}; give another name",
                                                        outputs[i].first, printable(path), outputs[j].first));
        }
    }
}

}  // namespace vit
