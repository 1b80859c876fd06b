#include "common/files/picture_folder.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "common/files/picture_files.h"
#include "common/program/printable.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// The pictures of each class, by its name.
using Classes = std::map<std::string, std::vector<std::string>>;

[[noreturn]] void fail_without_pictures(const fs::path& folder, Skipped skipped) {
    const std::vector<fs::path> inner = folders_in(folder);
    skipped.erase("other");
    const std::string instead =
        !inner.empty()    ? fmt::format("; it has folders in it, such as {}; if those are the classes, give --data {}",
                                        printable(inner[0].filename().string()), shown(folder))
        : skipped.empty() ? ""
                          : fmt::format(", but {}; convert them: convert FILE picture.png", to_string(skipped));
    throw std::runtime_error(
        fmt::format("{}: there is no PNG or JPEG picture of this class{}", shown(folder), instead));
}

[[noreturn]] void fail_without_classes(const fs::path& folder, const std::string& help) {
    const std::vector<fs::path> pictures = pictures_in(folder).pictures;
    const std::string found =
        pictures.empty() ? "" : fmt::format(", only pictures such as {}", printable(pictures[0].filename().string()));
    throw std::runtime_error(
        fmt::format("{}: there is no folder of pictures for each class{}{}", shown(folder), found, help));
}

/// The pictures in the folder of a class. Adds the other files to `skipped`.
std::vector<std::string> pictures_of_class(const fs::path& folder, Skipped& skipped) {
    const PictureFiles found = pictures_in(folder);
    if (found.pictures.empty()) fail_without_pictures(folder, found.skipped);
    for (const auto& [format, count] : found.skipped) skipped[format] += count;
    return {found.pictures.begin(), found.pictures.end()};
}

/// The classes in a folder.
Classes classes_in(const fs::path& folder, Skipped& skipped) {
    Classes classes;
    for (const fs::path& sub_folder : folders_in(folder)) {
        const std::string name = sub_folder.filename().string();
        if (printable(name, name.size()) != name)
            throw std::runtime_error(fmt::format("{}: the class {} is no printable text in UTF-8", shown(folder),
                                                 printable(name, name.size())));
        classes[name] = pictures_of_class(sub_folder, skipped);
    }
    if (classes.empty()) fail_without_classes(folder, "");
    return classes;
}

/// The folder that has those of the classes, or of training and test: archives often put it into one or two others.
fs::path unwrapped(fs::path folder) {
    for (;;) {
        const std::vector<fs::path> inner = folders_in(folder);
        if (inner.size() != 1 || folders_in(inner[0]).empty()) return folder;
        folder = inner[0];
    }
}

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The folder with the first of these names that there is, in small letters or large ones; empty if there is none.
fs::path first_of(const fs::path& folder, std::initializer_list<const char*> names) {
    for (const char* name : names)
        for (const fs::path& inner : folders_in(folder))
            if (lower_case(inner.filename().string()) == name) return inner;
    return {};
}

void check_count(const Classes& classes, const fs::path& folder) {
    if (classes.size() >= 2 && classes.size() <= most_classes) return;
    const std::string found = classes.size() == 1 ? fmt::format("there is only {}", classes.begin()->first)
                                                  : fmt::format("there are {}", classes.size());
    throw std::runtime_error(fmt::format("{}: there must be a folder for each of 2 to {} classes, but {}",
                                         shown(folder), most_classes, found));
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
ImageSet image_set(const Classes& classes, const std::vector<std::string>& names, const fs::path& folder) {
    ImageSet set{0, 3, 64, 64};
    for (const auto& [name, pictures] : classes) {
        const auto found = std::ranges::find(names, name);
        if (found == names.end())
            throw std::runtime_error(
                fmt::format("{}: there is a class {}, the training has none", shown(folder), name));
        set.count += pictures.size();
        set.labels.insert(set.labels.end(), pictures.size(), static_cast<std::uint8_t>(found - names.begin()));
        set.files.insert(set.files.end(), pictures.begin(), pictures.end());
    }
    return set;
}

}  // namespace

bool has_pictures(const std::string& folder) {
    return !folders_in(folder).empty() || !pictures_in(folder).pictures.empty();
}

DataSet load_picture_folder(const std::string& folder) {
    DataSet data{name_of_folder(folder), "folders of pictures", {}, {}, {}};
    Skipped skipped;
    const fs::path whole = unwrapped(folder), train_folder = first_of(whole, {"train", "training"});
    fs::path test_folder = first_of(whole, {"test", "testing"}),
             validation_folder = first_of(whole, {"val", "valid", "validation"});
    if (test_folder.empty()) std::swap(test_folder, validation_folder);
    if (folders_in(whole).empty())
        fail_without_classes(whole, fmt::format("; if they are all of one class, give the folder above: --data {}",
                                                shown((whole / "..").lexically_normal())));
    const bool has_parts = !train_folder.empty() && !test_folder.empty();
    const fs::path& first = has_parts ? train_folder : whole;
    Classes train = classes_in(first, skipped);
    check_count(train, first);
    const Classes test = has_parts ? classes_in(test_folder, skipped) : split_off_test(train);
    for (const auto& [name, pictures] : train) data.class_names.push_back(name);
    if (whole != folder) data.notes.push_back(fmt::format("the classes are in {}", shown(whole)));
    data.train = image_set(train, data.class_names, first);
    data.test = image_set(test, data.class_names, has_parts ? test_folder : whole);
    if (has_parts && !validation_folder.empty())
        data.validation = image_set(classes_in(validation_folder, skipped), data.class_names, validation_folder);
    if (data.test.count == 0)
        throw std::runtime_error(
            fmt::format("{}: there must be at least two pictures of a class, one for the test", folder));
    if (!has_parts) data.notes.push_back("every fifth picture of a class is kept for the test");
    if (!skipped.empty())
        data.notes.push_back(fmt::format(
            "skipped: {}; only PNG and JPEG pictures right in the folder of a class are read", to_string(skipped)));
    return data;
}

}  // namespace vit
