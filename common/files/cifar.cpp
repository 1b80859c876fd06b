#include "common/files/cifar.h"

#include <fmt/core.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "common/files/files.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t side = 32, numbers = 3 * side * side;

std::string path_of(const std::string& folder, const std::string& name) {
    return (fs::path(folder) / name).string();
}

/// Adds the images of one file.
void append(ImageSet& set, const std::string& path) {
    require_plain_file(path);
    const std::string bytes = read_file(path);
    constexpr std::size_t record = 1 + numbers;
    if (bytes.empty() || bytes.size() % record != 0)
        throw std::runtime_error(
            fmt::format("{}: {} bytes are not a whole number of images of {} bytes; the file is cut "
                        "off or no batch of CIFAR-10",
                        path, bytes.size(), record));
    for (std::size_t begin = 0; begin < bytes.size(); begin += record) {
        set.labels.push_back(static_cast<std::uint8_t>(bytes[begin]));
        const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(begin) + 1;
        set.pixels.insert(set.pixels.end(), first, first + numbers);
        ++set.count;
    }
}

}  // namespace

bool has_cifar_files(const std::string& folder) {
    std::error_code unknown;
    return fs::is_regular_file(path_of(folder, "data_batch_1.bin"), unknown) ||
           fs::is_regular_file(path_of(folder, "test_batch.bin"), unknown);
}

DataSet load_cifar_data(const std::string& folder, std::size_t classes) {
    DataSet data{name_of_folder(folder), "CIFAR-10's binary files", {}, {0, 3, side, side}, {0, 3, side, side}};
    const auto batch = [&](int number) { return path_of(folder, fmt::format("data_batch_{}.bin", number)); };
    int last = 5;  // fewer are a part of the data set; one that is missing in between is an error
    while (last > 1 && !fs::exists(batch(last))) --last;
    for (int number = 1; number <= last; ++number) append(data.train, batch(number));
    append(data.test, path_of(folder, "test_batch.bin"));
    name_classes(data, {path_of(folder, "classes.txt"), path_of(folder, "batches.meta.txt")}, classes);
    return data;
}

}  // namespace vit
