#include "common/files/idx.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace vit {
namespace {

namespace fs = std::filesystem;

/// A file's contents after its header, which gave the sizes of the axes.
struct IdxFile {
    std::string path;
    std::vector<std::size_t> sizes;
    std::vector<std::uint8_t> bytes;
};

std::string find_file(const std::string& directory, const std::string& name) {
    const std::string plain = (fs::path(directory) / name).string(), zipped = plain + ".gz";
    std::error_code ignored;
    if (fs::exists(plain, ignored)) return plain;
    if (fs::exists(zipped, ignored)) return zipped;
    throw std::runtime_error(fmt::format("load_idx_data: there is neither {} nor {}", plain, zipped));
}

/// A file that is read from front to back; zlib reads one that is not compressed as it is.
class Reader {
public:
    explicit Reader(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb"), &gzclose) {
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
        if (error == Z_BUF_ERROR) throw std::runtime_error(path_ + ": the file is cut off");
        if (error == Z_DATA_ERROR)
            throw std::runtime_error(fmt::format("{}: the gzip file is damaged ({})", path_, message));
        if (error != Z_OK && error != Z_STREAM_END) throw std::runtime_error(message);
        return bytes;
    }

private:
    std::string path_;
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
        fail(path,
             fmt::format("the file is cut off: the header has {} bytes, but the file only {}", size, header.size()));
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

}  // namespace

bool has_idx_files(const std::string& directory) {
    for (const char* name :
         {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
        const fs::path path = fs::path(directory) / name;
        std::error_code unknown;  // of a folder that must not be read; a pipe would be waited for
        if (fs::is_regular_file(path, unknown) || fs::is_regular_file(path.string() + ".gz", unknown)) return true;
    }
    return false;
}

DataSet load_idx_data(const std::string& directory, std::size_t classes) {
    DataSet data{
        name_of_folder(directory), "IDX files", {}, load_images(directory, "train"), load_images(directory, "t10k")};
    if (data.train.height != data.test.height || data.train.width != data.test.width) {
        throw std::runtime_error(fmt::format("{}: training images have {} x {} pixels, test images {} x {}", directory,
                                             data.train.height, data.train.width, data.test.height, data.test.width));
    }
    name_classes(data, {(fs::path(directory) / "classes.txt").string()}, classes);
    return data;
}

}  // namespace vit
