#include "common/files/idx.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "common/files/files.h"
#include "common/program/printable.h"

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
    std::error_code ignored;
    if (std::filesystem::exists(plain, ignored)) return plain;
    if (std::filesystem::exists(zipped, ignored)) return zipped;
    throw std::runtime_error(fmt::format("load_idx_data: there is neither {} nor {}", plain, zipped));
}

/// A file that is read from front to back; zlib reads one that is not compressed as it is.
class Reader {
public:
    explicit Reader(const std::string& path) : file_(gzopen(path.c_str(), "rb"), &gzclose) {
        if (file_) return;
        const std::error_code reason(errno, std::generic_category());
        throw std::runtime_error(fmt::format("load_idx_data: cannot open {}: {}", path, reason.message()));
    }

    /// The next bytes, `most` or as many as there are. A damaged header may promise more than the memory holds, and a
    /// few compressed bytes may become more than the disk holds: both are found out before they are in memory.
    std::vector<std::uint8_t> read(std::size_t most) {
        std::vector<std::uint8_t> bytes;
        std::uint8_t buffer[1 << 16];
        int count = 1;
        while (count > 0 && bytes.size() < most) {
            count = gzread(file_.get(), buffer, static_cast<unsigned>(std::min(sizeof buffer, most - bytes.size())));
            bytes.insert(bytes.end(), buffer, buffer + std::max(count, 0));
        }
        int error = Z_OK;
        const char* message = gzerror(file_.get(), &error);  // begins with the file's name
        if (error != Z_OK && error != Z_STREAM_END) throw std::runtime_error(message);
        return bytes;
    }

private:
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

std::uint32_t big_endian(const std::uint8_t* b) {
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | std::uint32_t{b[3]};
}

[[noreturn]] void fail(const std::string& path, const std::string& message) {
    throw std::runtime_error(path + ": " + message);
}

/// The sizes of the axes of a file of bytes.
std::vector<std::size_t> read_header(const std::string& path, Reader& reader, std::size_t rank) {
    const std::size_t size = 4 + 4 * rank;
    const std::vector<std::uint8_t> header = reader.read(size);
    if (header.size() < size)
        fail(path, fmt::format("the header has {} bytes, but the file only {}", size, header.size()));
    const std::uint32_t magic = big_endian(header.data()), expected = 0x0800 + static_cast<std::uint32_t>(rank);
    if (magic != expected) {
        fail(path, fmt::format("the magic number is {:#010x}, but it must be {:#010x} (bytes with {} axes)", magic,
                               expected, rank));
    }
    std::vector<std::size_t> sizes;
    for (std::size_t axis = 0; axis < rank; ++axis) sizes.push_back(big_endian(header.data() + 4 + 4 * axis));
    return sizes;
}

/// Reads a file of bytes with the given number of axes and checks that it holds what its header promises.
IdxFile read_idx(const std::string& path, std::size_t rank) {
    constexpr double most = 4e9;
    Reader reader(path);
    IdxFile file{path, read_header(path, reader, rank), {}};
    double product = 1;  // a double, because a damaged header may promise more than any integer holds
    for (const std::size_t size : file.sizes) product *= static_cast<double>(size);
    if (product > most) {
        fail(path, fmt::format("the header promises {:.0f} bytes of data; at most {:.0f} can be read", product, most));
    }
    const auto promised = static_cast<std::size_t>(product);
    file.bytes = reader.read(promised + 1);
    const std::size_t found = file.bytes.size();
    if (found != promised) {
        fail(path, fmt::format("the header promises {} bytes of data, but the file has {}", promised,
                               found > promised ? "more" : fmt::to_string(found)));
    }
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

/// The lines of a text that are not empty, each of them printable.
std::vector<std::string> read_lines(const std::string& path) {
    std::istringstream text(read_file(path));
    std::vector<std::string> lines;
    std::size_t number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();  // a file from Windows
        if (printable(line, line.size()) != line) {
            throw std::runtime_error(
                fmt::format("{}: line {} is not a text in UTF-8: {}", path, number, printable(line)));
        }
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
