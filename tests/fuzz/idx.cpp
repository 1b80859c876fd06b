// A folder in the IDX format. The input begins with how each of its four files is stored (one byte, two bits for each)
// and how long it is (two bytes each, little-endian); then come the files.
#include "common/files/idx.h"

#include <zlib.h>

#include <filesystem>
#include <string_view>

#include "common/files/files.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;

constexpr std::size_t file_count = 4;
constexpr const char* names[file_count] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                           "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

enum Storage { plain, zipped, called_zipped, missing };

void write_zipped(const std::string& path, std::string_view bytes) {
    gzFile file = gzopen(path.c_str(), "wb1");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    require(file && gzclose(file) == Z_OK, "the input cannot be written");
}

void write_as(Storage storage, const std::string& path, std::string_view bytes) {
    std::filesystem::remove(path);
    std::filesystem::remove(path + ".gz");
    if (storage == plain) write_input(path, bytes);
    if (storage == zipped) write_zipped(path + ".gz", bytes);
    if (storage == called_zipped) write_input(path + ".gz", bytes);
}

void check_images(const ImageSet& set, std::size_t classes) {
    require(set.count > 0 && set.labels.size() == set.count, "other labels than images");
    require(set.pixels.size() == set.count * set.channels * set.height * set.width, "other pixels than images");
    for (const std::uint8_t label : set.labels) require(label < classes, "a label without a class");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t header = 1 + 2 * file_count;
    if (size < header) return 0;
    static const TemporaryFolder folder;
    const std::string input = input_of(data, size);
    std::string_view rest = std::string_view(input).substr(header);
    for (std::size_t i = 0; i < file_count; ++i) {
        const std::size_t length = data[1 + 2 * i] | std::size_t{data[2 + 2 * i]} << 8;
        const std::string_view bytes = rest.substr(0, length);
        rest.remove_prefix(bytes.size());
        write_as(static_cast<Storage>(data[0] >> (2 * i) & 3), folder.file(names[i]), bytes);
    }
    reads(folder.file(""), [&] {
        const DataSet set = load_idx_data(folder.file(""));
        check_images(set.train, set.class_names.size());
        check_images(set.test, set.class_names.size());
    });
    return 0;
}
