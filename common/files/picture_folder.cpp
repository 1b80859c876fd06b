#include "common/files/picture_folder.h"

#include <fmt/ranges.h>

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

/// Also what a Mac puts into archives beside the files themselves.
bool is_hidden(const std::string& name) {
    return name.starts_with('.') || name == "__MACOSX";
}

std::vector<fs::path> visible_in(const fs::path& folder) {
    std::error_code reason;
    std::vector<fs::path> paths;
    for (fs::directory_iterator entry(folder, reason), end; !reason && entry != end; entry.increment(reason))
        if (!is_hidden(entry->path().filename().string())) paths.push_back(entry->path());
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

/// The first bytes of a file, as many as tell its format.
std::string beginning_of(const fs::path& path) {
    std::error_code unknown;
    if (!fs::is_regular_file(path, unknown)) return "";  // a pipe would be waited for
    std::string beginning(12, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    return beginning;
}

/// How many files were left out, by their format; "other": nobody knows it.
using Skipped = std::map<std::string, std::size_t>;

/// "2 HEIC, 1 other"
std::string to_string(const Skipped& skipped) {
    std::vector<std::string> words;
    for (const auto& [format, count] : skipped) words.push_back(fmt::format("{} {}", count, format));
    return fmt::format("{}", fmt::join(words, ", "));
}

[[noreturn]] void fail_without_pictures(const fs::path& folder, Skipped skipped) {
    const std::vector<fs::path> inner = folders_in(folder);
    skipped.erase("other");
    const std::string instead =
        !inner.empty()    ? fmt::format("; it has folders in it, such as {}", printable(inner[0].filename().string()))
        : skipped.empty() ? ""
                          : fmt::format(", but {}; convert them: convert FILE picture.png", to_string(skipped));
    throw std::runtime_error(
        fmt::format("{}: there is no PNG or JPEG picture of this class{}", folder.string(), instead));
}

/// The pictures in a folder. Counts the other files.
std::vector<std::string> pictures_in(const fs::path& folder, Skipped& skipped) {
    std::vector<std::string> pictures;
    Skipped here;
    for (const fs::path& path : visible_in(folder)) {
        const std::string beginning = beginning_of(path), format = other_format(beginning);
        if (is_picture(beginning))
            pictures.push_back(path.string());
        else
            ++here[format.empty() ? "other" : format];
    }
    if (pictures.empty()) fail_without_pictures(folder, here);
    for (const auto& [format, count] : here) skipped[format] += count;
    return pictures;
}

/// The classes in a folder.
Classes classes_in(const fs::path& folder, Skipped& skipped) {
    Classes classes;
    for (const fs::path& sub_folder : folders_in(folder)) {
        const std::string name = sub_folder.filename().string();
        if (printable(name, name.size()) != name)
            throw std::runtime_error(
                fmt::format("{}: the class {} is not a text in UTF-8", folder.string(), printable(name, name.size())));
        classes[name] = pictures_in(sub_folder, skipped);
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
    Skipped skipped;
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
    if (!skipped.empty())
        data.notes.push_back(fmt::format("skipped: {}; only PNG and JPEG pictures are read", to_string(skipped)));
    return data;
}

}  // namespace vit
