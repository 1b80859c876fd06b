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

#include "common/files/files.h"
#include "common/files/picture.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

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
    explicit Reader(const std::string& path) : path_(path), file_(nullptr, &gzclose) {
        require_plain_file(path);
        file_.reset(gzopen(path.c_str(), "rb"));
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

/// A file of bytes whose header was read.
struct IdxFile {
    std::string path;
    Reader reader;
    std::vector<std::size_t> sizes;  // of the axes
    std::size_t promised;            // bytes
};

IdxFile open_idx(const std::string& path, std::size_t rank) {
    constexpr double most = 4e9;
    Reader reader(path);
    const std::vector<std::size_t> sizes = read_header(path, reader, rank);
    double product = 1;  // a double, because a damaged header may promise more than any integer holds
    for (const std::size_t size : sizes) product *= static_cast<double>(size);
    if (product > most) {
        fail(path, fmt::format("the header promises {:.0f} bytes of data; at most {:.0f} can be read", product, most));
    }
    return {path, std::move(reader), sizes, static_cast<std::size_t>(product)};
}

/// The contents, which must be as long as the header promises.
std::vector<std::uint8_t> read_bytes(IdxFile& file) {
    std::vector<std::uint8_t> bytes = file.reader.read(file.promised + 1);
    if (bytes.size() != file.promised) {
        fail(file.path, fmt::format("the header promises {} bytes of data, but the file has {}", file.promised,
                                    bytes.size() > file.promised ? "more" : fmt::to_string(bytes.size())));
    }
    return bytes;
}

/// Looks at both headers first: behind one that lies may be a few bytes that unpack to as much as it promises.
ImageSet load_images(const std::string& directory, const std::string& part) {
    IdxFile images = open_idx(find_file(directory, part + "-images-idx3-ubyte"), 3);
    IdxFile labels = open_idx(find_file(directory, part + "-labels-idx1-ubyte"), 1);
    const std::size_t count = images.sizes[0], H = images.sizes[1], W = images.sizes[2];
    if (images.promised == 0) fail(images.path, "there are no images in this file");
    if (count != labels.sizes[0])
        fail(labels.path, fmt::format("{} labels for the {} images of {}", labels.sizes[0], count, images.path));
    if (H * W > most_pixels)
        fail(images.path, fmt::format("the images have {} x {} pixels, more than {} in all", H, W, most_pixels));
    return {count, 1, H, W, read_bytes(images), read_bytes(labels)};
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
