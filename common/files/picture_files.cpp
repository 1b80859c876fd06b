#include "common/files/picture_files.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "common/files/picture.h"
#include "common/program/printable.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// Also what a Mac puts into archives beside the files themselves.
bool is_hidden(const std::string& name) {
    return name.starts_with('.') || name == "__MACOSX";
}

std::vector<fs::path> visible_in(const fs::path& folder) {
    std::error_code reason;
    std::vector<fs::path> paths;
    for (fs::directory_iterator entry(folder, reason), end; !reason && entry != end; entry.increment(reason))
        if (!is_hidden(entry->path().filename().string())) paths.push_back(entry->path());
    if (reason) throw std::runtime_error(fmt::format("cannot read the folder {}: {}", shown(folder), reason.message()));
    std::ranges::sort(paths);
    return paths;
}

/// The first bytes of a file, as many as tell its format.
std::string beginning_of(const fs::path& path) {
    std::error_code unknown;
    if (!fs::is_regular_file(path, unknown)) return "";  // a pipe would be waited for
    std::string beginning(12, '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(
            fmt::format("cannot open {}: {}", shown(path), std::generic_category().message(errno)));
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    return beginning;
}

}  // namespace

std::string shown(const fs::path& path) {
    return printable(path.string(), std::string::npos);
}

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> paths = visible_in(folder);
    std::erase_if(paths, [](const fs::path& path) {
        std::error_code unknown;
        return !fs::is_directory(path, unknown);
    });
    return paths;
}

std::string to_string(const Skipped& skipped) {
    std::vector<std::string> words;
    for (const auto& [format, count] : skipped)
        words.push_back(fmt::format("{} {}{}", count, format, format == "folder" && count > 1 ? "s" : ""));
    return fmt::format("{}", fmt::join(words, ", "));
}

PictureFiles pictures_in(const fs::path& folder) {
    PictureFiles found;
    for (const fs::path& path : visible_in(folder)) {
        std::error_code unknown;
        const std::string beginning = beginning_of(path), format = other_format(beginning);
        if (is_picture(beginning))
            found.pictures.push_back(path);
        else if (!format.empty())
            ++found.skipped[format];
        else
            ++found.skipped[fs::is_directory(path, unknown) ? "folder" : "other"];
    }
    return found;
}

}  // namespace vit
