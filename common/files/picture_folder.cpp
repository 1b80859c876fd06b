#include "common/files/picture_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "common/files/picture.h"
#include "common/program/printable.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// The pictures of each class, by its name.
using Classes = std::map<std::string, std::vector<std::string>>;

std::vector<fs::path> visible_in(const fs::path& folder) {
    std::error_code reason;
    std::vector<fs::path> paths;
    for (fs::directory_iterator entry(folder, reason), end; !reason && entry != end; entry.increment(reason))
        if (!entry->path().filename().string().starts_with('.')) paths.push_back(entry->path());
    if (reason)
        throw std::runtime_error(fmt::format("cannot read the folder {}: {}", folder.string(), reason.message()));
    std::ranges::sort(paths);
    return paths;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> paths = visible_in(folder);
    std::erase_if(paths, [](const fs::path& path) {
        std::error_code unknown;
        return !fs::is_directory(path, unknown);
    });
    return paths;
}

bool begins_like_a_picture(const fs::path& path) {
    std::error_code unknown;
    if (!fs::is_regular_file(path, unknown)) return false;  // a pipe would be waited for
    std::string beginning(8, '\0');
    std::ifstream(path, std::ios::binary).read(beginning.data(), 8);
    return is_picture(beginning);
}

/// The classes in a folder. Counts the files that are no pictures.
Classes classes_in(const fs::path& folder, std::size_t& skipped) {
    Classes classes;
    for (const fs::path& sub_folder : folders_in(folder)) {
        const std::string name = sub_folder.filename().string();
        if (printable(name, name.size()) != name)
            throw std::runtime_error(
                fmt::format("{}: the class {} is not a text in UTF-8", folder.string(), printable(name, name.size())));
        std::vector<std::string>& pictures = classes[name];
        for (const fs::path& path : visible_in(sub_folder)) {
            if (begins_like_a_picture(path))
                pictures.push_back(path.string());
            else
                ++skipped;
        }
        if (pictures.empty())
            throw std::runtime_error(
                fmt::format("{}: there is no PNG or JPEG picture of this class", sub_folder.string()));
    }
    return classes;
}

/// The first of these folders that is there; empty if none is.
fs::path first_of(const fs::path& folder, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (fs::is_directory(folder / name)) return folder / name;
    return {};
}

/// Takes every fifth picture of each class away, or the last of fewer.
Classes split_off_test(Classes& train) {
    Classes test;
    for (auto& [name, pictures] : train) {
        std::vector<std::string> kept;
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const bool last_of_few = pictures.size() < 5 && pictures.size() > 1 && i + 1 == pictures.size();
            (i % 5 == 4 || last_of_few ? test[name] : kept).push_back(pictures[i]);
        }
        pictures = kept;
    }
    return test;
}

/// Adds the pictures of the classes to a set.
ImageSet image_set(const Classes& classes, const std::vector<std::string>& names, const std::string& folder) {
    ImageSet set{0, 3, 64, 64};
    for (const auto& [name, pictures] : classes) {
        const auto found = std::ranges::find(names, name);
        if (found == names.end())
            throw std::runtime_error(fmt::format("{}: the test has a class {}, the training has none", folder, name));
        set.count += pictures.size();
        set.labels.insert(set.labels.end(), pictures.size(), static_cast<std::uint8_t>(found - names.begin()));
        set.files.insert(set.files.end(), pictures.begin(), pictures.end());
    }
    return set;
}

}  // namespace

bool has_picture_folders(const std::string& folder) {
    return !folders_in(folder).empty();
}

DataSet load_picture_folder(const std::string& folder) {
    DataSet data{name_of_folder(folder), "folders of pictures", {}, {}, {}};
    std::size_t skipped = 0;
    const fs::path train_folder = first_of(folder, {"train", "training"}),
                   test_folder = first_of(folder, {"test", "val", "validation"});
    const bool has_parts = !train_folder.empty() && !test_folder.empty();
    Classes train = classes_in(has_parts ? train_folder : fs::path(folder), skipped);
    const Classes test = has_parts ? classes_in(test_folder, skipped) : split_off_test(train);
    for (const auto& [name, pictures] : train) data.class_names.push_back(name);
    if (train.size() < 2 || train.size() > 256)
        throw std::runtime_error(fmt::format(
            "{}: there must be a folder for each of 2 to 256 classes, but there are {}", folder, train.size()));
    data.train = image_set(train, data.class_names, folder);
    data.test = image_set(test, data.class_names, folder);
    if (data.test.count == 0)
        throw std::runtime_error(
            fmt::format("{}: there must be at least two pictures of a class, one for the test", folder));
    if (!has_parts) data.notes.push_back("every fifth picture of a class is kept for the test");
    if (skipped > 0) data.notes.push_back(fmt::format("{} files are skipped: they are neither PNG nor JPEG", skipped));
    return data;
}

}  // namespace vit
