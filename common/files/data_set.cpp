#include "common/files/data_set.h"

#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>

#include "common/files/files.h"
#include "common/files/picture.h"
#include "common/files/resize.h"
#include "common/program/printable.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// Which labels are there?
std::set<std::size_t> labels_of(const ImageSet& set) {
    return {set.labels.begin(), set.labels.end()};
}

/// "training image 17" for the first image with this label.
std::string first_with(std::uint8_t label, const DataSet& data) {
    for (const auto& [part, set] : {std::pair("training", &data.train), std::pair("test", &data.test)}) {
        const auto found = std::ranges::find(set->labels, label);
        if (found != set->labels.end()) return fmt::format("{} image {}", part, found - set->labels.begin());
    }
    return "no image";
}

void check_labels(const DataSet& data, const std::string& folder, std::uint8_t largest, std::size_t classes) {
    std::set<std::size_t> present = labels_of(data.train);
    present.merge(labels_of(data.test));
    if (classes > 0 && largest >= classes)
        throw std::runtime_error(fmt::format("{}: there is a label {}, but --classes says that there are {} classes",
                                             folder, largest, classes));
    const std::size_t others = present.size() - 1;
    if (classes == 0 && largest >= std::max<std::size_t>(16, 2 * present.size()))
        throw std::runtime_error(fmt::format(
            "{}: the label of {} is {}, far beyond those of the other images ({} {}); it is damaged, or say "
            "--classes {}",
            folder, first_with(largest, data), largest, others, others == 1 ? "class" : "classes", largest + 1));
}

void check_names(const std::string& path, const std::vector<std::string>& names) {
    if (names.size() > most_classes)
        throw std::runtime_error(
            fmt::format("{}: there are {} names; a data set has at most {} classes", path, names.size(), most_classes));
    for (const std::string& name : names)
        if (std::ranges::count(names, name) > 1)
            throw std::runtime_error(fmt::format("{}: two classes have the name {}", path, name));
}

}  // namespace

std::vector<std::string> read_names(const std::string& path) {
    require_plain_file(path);
    std::istringstream text(read_file(path, 1 << 20));
    std::vector<std::string> lines;
    std::size_t number = 0;
    for (std::string line; std::getline(text, line);) {
        if (++number == 1 && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);  // an editor's mark of UTF-8
        if (line.ends_with('\r')) line.pop_back();                                // a file from Windows
        const std::string shown = printable(line, line.size());
        if (shown != line) {
            throw std::runtime_error(
                fmt::format("{}: line {} is no printable text in UTF-8: {}", path, number, printable(line)));
        }
        constexpr std::size_t longest = 1000;
        if (line.size() > longest)
            throw std::runtime_error(
                fmt::format("{}: line {} has {} bytes, a name at most {}", path, number, line.size(), longest));
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

std::vector<std::uint8_t> image_bytes(const ImageSet& set, std::size_t index) {
    if (!set.files.empty())
        return planes_of(resize_and_crop(read_picture(set.files.at(index)), set.height, set.width), set.channels);
    const bool as_stored = set.stored_height == 0;
    const std::size_t H = as_stored ? set.height : set.stored_height, W = as_stored ? set.width : set.stored_width;
    const std::uint8_t* first = set.pixels.data() + index * set.channels * H * W;
    if (as_stored) return {first, first + set.channels * H * W};
    std::vector<std::uint8_t> bytes;
    for (std::size_t c = 0; c < set.channels; ++c) {
        const std::vector<std::uint8_t> plane =
            resize_and_crop({first + c * H * W, H * W}, H, W, 1, set.height, set.width);
        bytes.insert(bytes.end(), plane.begin(), plane.end());
    }
    return bytes;
}

ImageSet subset(const ImageSet& set, const std::vector<std::size_t>& indices) {
    ImageSet part{.count = indices.size(),
                  .channels = set.channels,
                  .height = set.height,
                  .width = set.width,
                  .stored_height = set.stored_height,
                  .stored_width = set.stored_width};
    const std::size_t numbers = set.count == 0 ? 0 : set.pixels.size() / set.count;
    part.pixels.reserve(indices.size() * numbers);
    for (const std::size_t index : indices) {
        const auto begin = set.pixels.begin() + static_cast<std::ptrdiff_t>(index * numbers);
        part.pixels.insert(part.pixels.end(), begin, begin + static_cast<std::ptrdiff_t>(numbers));
        part.labels.push_back(set.labels.at(index));
        if (!set.files.empty()) part.files.push_back(set.files.at(index));
    }
    return part;
}

void set_image_size(ImageSet& set, std::size_t height, std::size_t width) {
    const bool as_stored = set.files.empty() && set.stored_height == 0;
    if (as_stored && (height != set.height || width != set.width)) {
        set.stored_height = set.height;
        set.stored_width = set.width;
    }
    set.height = height;
    set.width = width;
}

std::size_t checksum_of(const DataSet& data) {
    uLong sum = crc32(0, nullptr, 0);
    const auto add = [&sum](const void* bytes, std::size_t count) {
        if (count > 0) sum = crc32_z(sum, static_cast<const Bytef*>(bytes), count);  // of no bytes, it would begin anew
    };
    for (const ImageSet* set : {&data.train, &data.validation, &data.test}) {
        add(set->pixels.data(), set->pixels.size());
        add(set->labels.data(), set->labels.size());
        for (const std::string& file : set->files) {
            const fs::path path(file);
            std::error_code unknown;
            const std::string name = (path.parent_path().filename() / path.filename()).string() +
                                     fmt::to_string(fs::file_size(path, unknown));
            add(name.data(), name.size());
        }
    }
    return sum;
}

std::string name_of_folder(const std::string& folder) {
    return fs::absolute(folder + "/").lexically_normal().parent_path().filename().string();
}

void name_classes(DataSet& data, const std::vector<std::string>& files, std::size_t classes) {
    const std::uint8_t largest =
        std::max(*std::ranges::max_element(data.train.labels), *std::ranges::max_element(data.test.labels));
    const auto file = std::ranges::find_if(files, [](const std::string& path) { return fs::exists(path); });
    if (file != files.end()) {
        data.class_names = read_names(*file);
        check_names(*file, data.class_names);
        if (data.class_names.size() <= largest)
            throw std::runtime_error(fmt::format("{}: there are {} class names, but label {} needs a name too", *file,
                                                 data.class_names.size(), largest));
    } else {
        check_labels(data, (fs::path(files.front()).parent_path() / "").string(), largest, classes);
        for (std::size_t label = 0; label < std::max<std::size_t>(largest + 1, classes); ++label)
            data.class_names.push_back(std::to_string(label));
    }
}

std::string rare_classes(const ImageSet& train, const std::vector<std::string>& class_names) {
    std::vector<std::string> none, one;
    for (std::size_t y = 0; y < class_names.size(); ++y) {
        const auto count = std::ranges::count(train.labels, y);
        if (count == 0) none.push_back(class_names[y]);
        if (count == 1) one.push_back(class_names[y]);
    }
    std::string note = none.empty() ? "" : "no training image shows " + listed(none);
    if (!one.empty()) note += (note.empty() ? "only one training image shows " : "; only one shows ") + listed(one);
    return note;
}

}  // namespace vit
