#include "common/files/idx.h"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "common/files/files.h"

namespace vit {
namespace {

/// A file's contents after its header, which gave the sizes of the axes.
struct IdxFile {
    std::string path;
    std::vector<std::size_t> sizes;
    std::vector<std::uint8_t> bytes;
};

std::string find_file(const std::string& directory, const std::string& name) {
    const std::string plain = (std::filesystem::path(directory) / name).string(), zipped = plain + ".gz";
    if (std::filesystem::exists(plain)) return plain;
    if (std::filesystem::exists(zipped)) return zipped;
    throw std::runtime_error(fmt::format("load_idx_data: there is neither {} nor {}", plain, zipped));
}

/// All bytes of a file; zlib reads those that are not compressed as they are.
std::vector<std::uint8_t> read_bytes(const std::string& path) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
    if (!file) {
        const std::error_code reason(errno, std::generic_category());
        throw std::runtime_error(fmt::format("load_idx_data: cannot open {}: {}", path, reason.message()));
    }
    std::vector<std::uint8_t> bytes;
    std::uint8_t buffer[1 << 16];
    int count = 0;
    while ((count = gzread(file.get(), buffer, sizeof buffer)) > 0) bytes.insert(bytes.end(), buffer, buffer + count);
    int error = Z_OK;
    const char* message = gzerror(file.get(), &error);  // begins with the file's name
    if (error != Z_OK && error != Z_STREAM_END) throw std::runtime_error(message);
    return bytes;
}

std::uint32_t big_endian(const std::uint8_t* b) {
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | std::uint32_t{b[3]};
}

/// Reads a file of bytes with the given number of axes and checks that it holds what its header promises.
IdxFile read_idx(const std::string& path, std::size_t rank) {
    std::vector<std::uint8_t> bytes = read_bytes(path);
    const std::size_t header = 4 + 4 * rank;
    if (bytes.size() < header) {
        throw std::runtime_error(
            fmt::format("{}: the header has {} bytes, but the file only {}", path, header, bytes.size()));
    }
    const std::uint32_t magic = big_endian(bytes.data()), expected_magic = 0x0800 + static_cast<std::uint32_t>(rank);
    if (magic != expected_magic) {
        throw std::runtime_error(
            fmt::format("{}: the magic number is {:#010x}, but it must be {:#010x} (bytes with {} axes)", path, magic,
                        expected_magic, rank));
    }
    IdxFile file{path, {}, {}};
    double expected = 1;  // a double, because a damaged header may promise more than any integer holds
    for (std::size_t axis = 0; axis < rank; ++axis) {
        file.sizes.push_back(big_endian(bytes.data() + 4 + 4 * axis));
        expected *= static_cast<double>(file.sizes.back());
    }
    const std::size_t found = bytes.size() - header;
    if (static_cast<double>(found) != expected) {
        throw std::runtime_error(
            fmt::format("{}: the header promises {:.0f} bytes of data, but the file has {}", path, expected, found));
    }
    file.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
    return file;
}

ImageSet load_images(const std::string& directory, const std::string& part) {
    IdxFile images = read_idx(find_file(directory, part + "-images-idx3-ubyte"), 3);
    IdxFile labels = read_idx(find_file(directory, part + "-labels-idx1-ubyte"), 1);
    if (images.bytes.empty()) throw std::runtime_error(images.path + ": there are no images in this file");
    if (images.sizes[0] != labels.sizes[0]) {
        throw std::runtime_error(fmt::format("{}: {} labels for the {} images of {}", labels.path, labels.sizes[0],
                                             images.sizes[0], images.path));
    }
    return {images.sizes[0], 1, images.sizes[1], images.sizes[2], std::move(images.bytes), std::move(labels.bytes)};
}

std::vector<std::string> read_lines(const std::string& path) {
    std::istringstream text(read_file(path));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        if (line.ends_with('\r')) line.pop_back();  // a file from Windows
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

/// The names of the classes 0 to `largest`.
std::vector<std::string> load_class_names(const std::string& directory, std::size_t largest) {
    const std::string path = (std::filesystem::path(directory) / "classes.txt").string();
    std::vector<std::string> names;
    if (!std::filesystem::exists(path)) {
        for (std::size_t label = 0; label <= largest; ++label) names.push_back(std::to_string(label));
        return names;
    }
    names = read_lines(path);
    if (names.size() <= largest) {
        throw std::runtime_error(
            fmt::format("{}: there are {} class names, but label {} needs a name too", path, names.size(), largest));
    }
    return names;
}

}  // namespace

DataSet load_idx_data(const std::string& directory) {
    DataSet data;
    // "folder", "folder/" and "." must all lead to the folder's name.
    const auto full_path = std::filesystem::absolute(directory + "/").lexically_normal();
    data.name = full_path.parent_path().filename().string();
    data.train = load_images(directory, "train");
    data.test = load_images(directory, "t10k");
    if (data.train.height != data.test.height || data.train.width != data.test.width) {
        throw std::runtime_error(fmt::format("{}: training images have {} x {} pixels, test images {} x {}", directory,
                                             data.train.height, data.train.width, data.test.height, data.test.width));
    }
    data.class_names = load_class_names(
        directory, std::max(*std::ranges::max_element(data.train.labels), *std::ranges::max_element(data.test.labels)));
    return data;
}

}  // namespace vit
