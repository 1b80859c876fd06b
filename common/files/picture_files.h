// What is in a folder: other folders, and files that are pictures or not. In the order of their names; hidden ones are
// left out, and what a Mac adds to archives. The functions throw std::runtime_error, which names the folder, if it
// cannot be read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace vit {

/// A path as messages show it: its names come from the disk, where they may be anything.
std::string shown(const std::filesystem::path& path);

std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

/// How many files are no PNG or JPEG, by their format; "other": nobody knows it; "folder": it is none.
using Skipped = std::map<std::string, std::size_t>;

/// "2 HEIC, 3 folders, 1 other"
std::string to_string(const Skipped& skipped);

struct PictureFiles {
    std::vector<std::filesystem::path> pictures;  // PNG and JPEG, by their content
    Skipped skipped;
};

PictureFiles pictures_in(const std::filesystem::path& folder);

}  // namespace vit
