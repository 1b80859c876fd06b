#include "common/files/idx.h"

#include <sys/stat.h>
#include <zlib.h>

#include <filesystem>
#include <numeric>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// An IDX file: magic number, sizes, then `count` bytes 0, 1, 2, ... from `first` on.
std::string idx_file(const std::vector<std::uint32_t>& sizes, std::size_t count, int first = 0) {
    std::string bytes{'\0', '\0', '\x08', static_cast<char>(sizes.size())};
    for (std::uint32_t size : sizes) {
        for (int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift & 255);
    }
    for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(first + static_cast<int>(i));
    return bytes;
}

void write_zipped(const std::string& path, const std::string& contents) {
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, contents.data(), static_cast<unsigned>(contents.size()));
    gzclose(file);
}

constexpr const char* train_images = "train-images-idx3-ubyte";
constexpr const char* train_labels = "train-labels-idx1-ubyte";

/// Four training images and two test images of 2 x 3 pixels; the largest label is 4.
void write_data(const TemporaryFolder& folder) {
    write_file(folder.file(train_images), idx_file({4, 2, 3}, 24));
    write_file(folder.file(train_labels), idx_file({4}, 4, 1));
    write_zipped(folder.file("t10k-images-idx3-ubyte.gz"), idx_file({2, 2, 3}, 12, 100));
    write_zipped(folder.file("t10k-labels-idx1-ubyte.gz"), idx_file({2}, 2));
}

std::string load_error(const TemporaryFolder& folder) {
    return error_of<std::runtime_error>([&] { load_idx_data(folder.file("")); });
}

}  // namespace

TEST_CASE("plain and gzipped files are read; classes are numbered up to the largest label") {
    const TemporaryFolder folder;
    write_data(folder);
    const DataSet data = load_idx_data(folder.file(""));
    CHECK(data.name == std::filesystem::path(folder.file("x")).parent_path().filename().string());
    CHECK(data.class_names == std::vector<std::string>{"0", "1", "2", "3", "4"});
    CHECK(data.train.count == 4);
    CHECK(data.train.channels == 1);
    CHECK(data.train.height == 2);
    CHECK(data.train.width == 3);
    std::vector<std::uint8_t> expected(24);
    std::iota(expected.begin(), expected.end(), std::uint8_t{0});
    CHECK(data.train.pixels == expected);
    CHECK(data.train.labels == std::vector<std::uint8_t>{1, 2, 3, 4});
    CHECK(data.test.count == 2);
    CHECK(data.test.pixels.size() == 12);
    CHECK(data.test.pixels[11] == 111);
    CHECK(data.test.labels == std::vector<std::uint8_t>{0, 1});
}

TEST_CASE("classes.txt names the classes") {
    const TemporaryFolder folder;
    write_data(folder);
    write_file(folder.file("classes.txt"), "shirt\r\nshoe\nbag\ncoat\nankle boot");
    CHECK(load_idx_data(folder.file("")).class_names ==
          std::vector<std::string>{"shirt", "shoe", "bag", "coat", "ankle boot"});
    write_file(folder.file("classes.txt"), "shirt\nM\xfctze\nbag\ncoat\nboot\n");
    CHECK(load_error(folder) == folder.file("classes.txt") + ": line 2 is no printable text in UTF-8: M\\xfctze");
    write_file(folder.file("classes.txt"), "shirt\n\nbag\ncoat\n\033[31mboot\n");
    CHECK(load_error(folder) == folder.file("classes.txt") + ": line 5 is no printable text in UTF-8: \\x1b[31mboot");
    write_file(folder.file("classes.txt"), std::string(300, '\x01'));
    CHECK(load_error(folder).size() < folder.file("classes.txt").size() + 1000);
    write_file(folder.file("classes.txt"), "\xef\xbb\xbfshirt\nshoe\nbag\ncoat\nboot\n");  // as some editors save it
    CHECK(load_idx_data(folder.file("")).class_names[0] == "shirt");
    write_file(folder.file("classes.txt"), "shirt\nshoe\nbag\nshoe\nboot\n");
    CHECK(load_error(folder) == folder.file("classes.txt") + ": two classes have the name shoe");
    write_file(folder.file("classes.txt"), "shirt\nshoe\n" + std::string(1001, 'x'));
    CHECK(load_error(folder) == folder.file("classes.txt") + ": line 3 has 1001 bytes, a name at most 1000");
    std::string many;
    for (int i = 0; i < 257; ++i) many += std::to_string(i) + "\n";
    write_file(folder.file("classes.txt"), many);
    CHECK(load_error(folder) ==
          folder.file("classes.txt") + ": there are 257 names; a data set has at most 256 classes");
    write_file(folder.file("classes.txt"), "shirt\nshoe\n");
    CHECK(load_error(folder) == folder.file("classes.txt") + ": there are 2 class names, but label 4 needs a name too");
    write_file(folder.file("classes.txt"), "shirt\nshoe\nbag\ncoat\n");
    CHECK(load_error(folder) == folder.file("classes.txt") + ": there are 4 class names, but label 4 needs a name too");
}

TEST_CASE("missing and damaged files are named") {
    const TemporaryFolder folder;
    write_data(folder);
    const std::string images = folder.file(train_images), labels = folder.file(train_labels);

    write_file(images, idx_file({4, 6}, 24));
    CHECK(load_error(folder) ==
          images + ": the magic number is 0x00000802, but it must be 0x00000803 (bytes with 3 axes)");
    write_file(images, idx_file({4, 2, 3}, 23));
    CHECK(load_error(folder) == images + ": the header promises 24 bytes of data, but the file has 23");
    write_file(images, idx_file({4, 2, 3}, 25));
    CHECK(load_error(folder) == images + ": the header promises 24 bytes of data, but the file has more");
    write_file(images, idx_file({4, 2, 3}, 24).substr(0, 15));
    CHECK(load_error(folder) == images + ": the file is cut off: the header has 16 bytes, but the file only 15");
    // 2^32 2^31 2 is 2^64, which a 64-bit product would take for 0.
    write_file(images, idx_file({2147483648, 2147483648, 4}, 0));
    CHECK(load_error(folder) ==
          images + ": the header promises 18446744073709551616 bytes of data; at most 4000000000 can be read");
    write_file(images, idx_file({0, 2, 3}, 0));
    CHECK(load_error(folder) == images + ": there are no images in this file");
    write_file(images, idx_file({4, 2, 3}, 24));
    write_file(labels, idx_file({5}, 5));
    CHECK(load_error(folder) == labels + ": 5 labels for the 4 images of " + images);
    write_file(labels, idx_file({3}, 3));
    CHECK(load_error(folder) == labels + ": 3 labels for the 4 images of " + images);
    std::filesystem::remove(labels);
    CHECK(load_error(folder) == "load_idx_data: there is neither " + labels + " nor " + labels + ".gz");
}

TEST_CASE("what cannot be opened or read is named, with the reason") {
    const TemporaryFolder folder;
    write_data(folder);
    const std::string images = folder.file(train_images);
    std::filesystem::remove(images);
    mkfifo(images.c_str(), 0600);  // which would be waited for
    CHECK(load_error(folder) == images + ": this is no ordinary file");
    std::filesystem::remove(images);
    std::filesystem::create_directory(images);
    CHECK(load_error(folder) == images + ": this is no ordinary file");
    std::filesystem::remove(images);
    write_data(folder);
    mkfifo(folder.file("classes.txt").c_str(), 0600);
    CHECK(load_error(folder) == folder.file("classes.txt") + ": this is no ordinary file");
}

TEST_CASE("a few bytes that promise an image of gigabytes are refused before they are unpacked") {
    const TemporaryFolder folder;
    write_data(folder);
    const std::string images = folder.file(train_images), labels = folder.file(train_labels);
    write_file(images, idx_file({1, 60000, 65000}, 0));
    CHECK(load_error(folder) == labels + ": 4 labels for the 1 images of " + images);
    write_file(labels, idx_file({1}, 1));
    CHECK(load_error(folder) == images + ": the images have 60000 x 65000 pixels, more than 100000000 in all");
}

TEST_CASE("a gzipped file that is cut off is named") {
    const TemporaryFolder folder;
    write_data(folder);
    const std::string path = folder.file("t10k-images-idx3-ubyte.gz"), whole = read_file(path);
    write_file(path, whole.substr(0, whole.size() - 9));
    CHECK(load_error(folder) == path + ": the file is cut off");
}

TEST_CASE("a file is not read beyond one byte more than its header promises") {
    const TemporaryFolder folder;
    write_data(folder);
    const std::string path = folder.file("t10k-images-idx3-ubyte.gz");
    write_zipped(path, idx_file({2, 2, 3}, 12) + std::string(10 << 20, '\0'));  // 10 MB in 10 kB
    const std::string whole = read_file(path);
    write_file(path, whole.substr(0, whole.size() - 100));  // who reads to the end finds that it is missing
    CHECK(load_error(folder) == path + ": the header promises 12 bytes of data, but the file has more");
}

TEST_CASE("training and test images must have one size") {
    const TemporaryFolder folder;
    write_data(folder);
    write_file(folder.file(train_images), idx_file({4, 3, 2}, 24));
    CHECK(load_error(folder) == folder.file("") + ": training images have 3 x 2 pixels, test images 2 x 3");
    write_file(folder.file(train_images), idx_file({4, 2, 5}, 40));
    CHECK(load_error(folder) == folder.file("") + ": training images have 2 x 5 pixels, test images 2 x 3");
}

}  // namespace vit
