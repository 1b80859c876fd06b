#include "common/files/load_data_set.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <filesystem>
#include <numeric>

#include "common/files/cifar.h"
#include "common/files/files.h"
#include "common/files/idx.h"
#include "common/files/image.h"
#include "common/files/picture_folder.h"
#include "tests/testing.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

std::string load_error(const TemporaryFolder& folder, const std::string& part = "", const DataOptions& options = {}) {
    std::string message = error_of<std::runtime_error>([&] { load_data_set(folder.file(part), options); });
    for (std::size_t at; (at = message.find(folder.file(""))) != std::string::npos;)
        message.replace(at, folder.file("").size(), "");
    return message;
}

/// An image of CIFAR-10: its label, then red, green and blue, each byte one more than the one before.
std::string cifar_image(int label, int first) {
    std::string bytes(1, static_cast<char>(label));
    for (int i = 0; i < 3072; ++i) bytes += static_cast<char>(first + i);
    return bytes;
}

/// A plain picture of one colour.
void paint(const std::string& path, Scalar red, Scalar green, Scalar blue, std::size_t height = 6,
           std::size_t width = 4) {
    Tensor<3> image = uninitialised<3>({3, height, width});
    for (std::size_t i = 0; i < image.size(); ++i) {
        const std::size_t channel = i / (height * width);
        image.flat(i) = channel == 0 ? red : channel == 1 ? green : blue;
    }
    write_image(path, image);
}

}  // namespace

TEST_CASE("the binary files of CIFAR-10") {
    const TemporaryFolder folder;
    write_file(folder.file("data_batch_1.bin"), cifar_image(1, 0) + cifar_image(0, 100));
    write_file(folder.file("data_batch_2.bin"), cifar_image(2, 7));
    write_file(folder.file("test_batch.bin"), cifar_image(2, 50));
    write_file(folder.file("batches.meta.txt"), "airplane\nautomobile\nbird\n\n");
    const DataSet data = load_data_set(folder.file(""));
    CHECK(data.kind == "CIFAR-10's binary files");
    CHECK(data.class_names == std::vector<std::string>{"airplane", "automobile", "bird"});
    CHECK(data.train.count == 3);
    CHECK(data.test.count == 1);
    CHECK(Shape{data.train.channels, data.train.height, data.train.width} == Shape{3, 32, 32});
    CHECK(data.train.labels == std::vector<std::uint8_t>{1, 0, 2});
    const std::vector<std::uint8_t> second = image_bytes(data.train, 1);
    CHECK(second.size() == 3072);
    CHECK(second[0] == 100);
    CHECK(second[1024] == static_cast<std::uint8_t>(100 + 1024));  // green begins where red ends

    write_file(folder.file("data_batch_2.bin"), cifar_image(2, 7).substr(1));
    CHECK(load_error(folder) ==
          "data_batch_2.bin: 3072 bytes are not a whole number of images of 3073 bytes; the file "
          "is cut off or no batch of CIFAR-10");
    fs::remove(folder.file("data_batch_2.bin"));
    write_file(folder.file("data_batch_3.bin"), cifar_image(2, 7));
    CHECK(load_error(folder) == "read_file: cannot open data_batch_2.bin: No such file or directory");
    mkfifo(folder.file("data_batch_2.bin").c_str(), 0600);  // which would be waited for
    CHECK(load_error(folder) == "data_batch_2.bin: this is no ordinary file");
    for (const char* name : {"data_batch_2.bin", "data_batch_3.bin"}) fs::remove(folder.file(name));
    fs::rename(folder.file("data_batch_1.bin"), folder.file("other.bin"));
    CHECK(load_error(folder) == "read_file: cannot open data_batch_1.bin: No such file or directory");
    fs::rename(folder.file("other.bin"), folder.file("data_batch_1.bin"));
    fs::remove(folder.file("test_batch.bin"));
    CHECK(load_error(folder) == "read_file: cannot open test_batch.bin: No such file or directory");
}

TEST_CASE("a folder of pictures for each class") {
    const TemporaryFolder folder;
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
        paint(folder.file(std::string("pets/dog/") + name + ".png"), 1, 0, 0);
        paint(folder.file(std::string("pets/cat/") + name + ".wrong_name"), 0, Scalar(0.2), 1, 9, 5);
    }
    write_file(folder.file("pets/cat/notes.txt"), "no picture");
    write_file(folder.file("pets/cat/short"), "GI");
    write_file(folder.file("pets/dog/moving.png"), "GIF89a and so on");
    write_file(folder.file("pets/cat/.hidden.png"), "not even looked at");
    write_file(folder.file("pets/__MACOSX/cat/._a.png"), "what a Mac puts into archives");
    write_file(folder.file("pets/readme.md"), "beside the classes");
    fs::create_directories(folder.file("pets/.thumbnails"));
    DataSet data = load_data_set(folder.file("pets"), {.height = 3, .width = 2});
    CHECK(data.kind == "folders of pictures");
    CHECK(data.name == "pets");
    CHECK(data.class_names == std::vector<std::string>{"cat", "dog"});
    CHECK(data.train.labels == std::vector<std::uint8_t>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1});
    CHECK(data.test.labels == std::vector<std::uint8_t>{0, 1});  // the fifth of each
    CHECK(data.test.files.at(1) == folder.file("pets/dog/e.png"));
    for (const ImageSet* set : {&data.train, &data.test})
        CHECK(Shape{set->channels, set->height, set->width} == Shape{3, 3, 2});
    CHECK(data.notes ==
          std::vector<std::string>{
              "every fifth picture of a class is kept for the test",
              "skipped: 1 GIF, 2 other; only PNG and JPEG pictures right in the folder of a class are read"});
    // Three planes of 3 x 2, from pictures of different sizes.
    CHECK(image_bytes(data.train, 0) ==
          std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 51, 51, 51, 51, 51, 51, 255, 255, 255, 255, 255, 255});
    CHECK(image_bytes(data.train, 9) ==
          std::vector<std::uint8_t>{255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

    const ImageSet part = subset(data.train, {9, 1});
    CHECK(part.files == std::vector<std::string>{data.train.files[9], data.train.files[1]});
    CHECK(part.labels == std::vector<std::uint8_t>{1, 0});

    fs::remove(data.train.files[2]);
    const std::string gone = error_of<std::runtime_error>([&] { image_bytes(data.train, 2); });
    CHECK(gone == "read_file: cannot open " + data.train.files[2] + ": No such file or directory");
}

TEST_CASE("pictures in a training and a test folder") {
    const TemporaryFolder folder;
    paint(folder.file("train/b/1.png"), 1, 1, 1);
    paint(folder.file("train/a/2.png"), 1, 1, 1);
    paint(folder.file("val/a/3.png"), 1, 1, 1);
    const DataSet data = load_data_set(folder.file(""));
    CHECK(data.class_names == std::vector<std::string>{"a", "b"});
    CHECK(data.train.count == 2);
    CHECK(data.test.labels == std::vector<std::uint8_t>{0});
    CHECK(data.train.height == 64);
    CHECK(data.notes.empty());
    paint(folder.file("val/c/3.png"), 1, 1, 1);
    CHECK(load_error(folder) == "val: there is a class c, the training has none");
}

TEST_CASE("folders of pictures that are no data set") {
    const TemporaryFolder folder;
    CHECK(load_error(folder).starts_with(": there is no data set: neither IDX files"));
    paint(folder.file("cat/1.png"), 1, 0, 0);
    paint(folder.file("cat/2.png"), 1, 0, 0);
    CHECK(load_error(folder) == ": there must be a folder for each of 2 to 256 classes, but there is only cat");
    fs::create_directories(folder.file("dog"));
    CHECK(load_error(folder) == "dog: there is no PNG or JPEG picture of this class");
    write_file(folder.file("dog/1.HEIC"), std::string("\0\0\0\x18"
                                                      "ftypheic\0\0\0\0",
                                                      16));
    write_file(folder.file("dog/2.txt"), "no picture");
    CHECK(load_error(folder) ==
          "dog: there is no PNG or JPEG picture of this class, but 1 HEIC; convert them: "
          "convert FILE picture.png");
    fs::create_directories(folder.file("dog/brown"));
    CHECK(load_error(folder) ==
          "dog: there is no PNG or JPEG picture of this class; it has folders in it, such as brown; if those are the "
          "classes, give --data dog");
    paint(folder.file("dog/1.png"), 1, 0, 0);
    CHECK(load_data_set(folder.file("")).test.count == 1);  // the second cat; of one dog there is none for the test
    fs::remove(folder.file("cat/2.png"));
    CHECK(load_error(folder) == ": there must be at least two pictures of a class, one for the test");
    paint(folder.file("z\xff/1.png"), 1, 0, 0);
    CHECK(load_error(folder) == ": the class z\\xff is no printable text in UTF-8");

    const TemporaryFolder odd;  // names from the disk may be anything
    paint(odd.file("\xbc\x1b/a/1.png"), 1, 0, 0);
    CHECK(load_error(odd) == "\\xbc\\x1b: there must be a folder for each of 2 to 256 classes, but there is only a");
    fs::create_directories(odd.file("\xbc\x1b/b"));
    CHECK(load_error(odd) == "\\xbc\\x1b/b: there is no PNG or JPEG picture of this class");
    paint(odd.file("\xbc\x1b/b/1.png"), 1, 0, 0);
    paint(odd.file("\xbc\x1b/b/2.png"), 1, 0, 0);
    CHECK(load_data_set(odd.file("")).notes.front() == "the classes are in " + odd.file("\\xbc\\x1b"));
}

TEST_CASE("training and test folders have several names, in small letters or large ones") {
    for (const auto& names :
         {std::pair{"Train", "TEST"}, {"TRAINING", "Validation"}, {"training", "testing"}, {"train", "valid"}}) {
        const std::string train = names.first, test = names.second;
        INFO(train, " and ", test);
        const TemporaryFolder folder;
        paint(folder.file(train + "/b/1.png"), 1, 1, 1);
        paint(folder.file(train + "/a/2.png"), 1, 1, 1);
        paint(folder.file(test + "/a/3.png"), 1, 1, 1);
        const DataSet data = load_data_set(folder.file(""));
        CHECK(data.class_names == std::vector<std::string>{"a", "b"});
        CHECK(data.test.files == std::vector<std::string>{folder.file(test + "/a/3.png")});
        CHECK(data.notes.empty());
    }
    const TemporaryFolder folder;  // where there are both, val is not the test
    for (const char* file : {"train/a/1.png", "train/b/2.png", "val/a/3.png", "Test/b/4.png"})
        paint(folder.file(file), 1, 1, 1);
    CHECK(load_data_set(folder.file("")).test.files == std::vector<std::string>{folder.file("Test/b/4.png")});
}

TEST_CASE("classes in a folder that is alone in another one, as archives have it") {
    const TemporaryFolder folder;
    for (const char* file : {"x/y/cat/1.png", "x/y/cat/2.png", "x/y/dog/3.png"}) paint(folder.file(file), 1, 1, 1);
    fs::create_directories(folder.file("x/__MACOSX"));
    const DataSet data = load_data_set(folder.file("x"));
    CHECK(data.name == "x");
    CHECK(data.class_names == std::vector<std::string>{"cat", "dog"});
    CHECK(data.notes == std::vector<std::string>{"the classes are in " + folder.file("x/y"),
                                                 "every fifth picture of a class is kept for the test"});
    // Also training and test, and training alone.
    fs::rename(folder.file("x/y"), folder.file("x/train"));
    CHECK(load_data_set(folder.file("x")).train.count == 2);
    paint(folder.file("x/val/dog/4.png"), 1, 1, 1);
    fs::create_directories(folder.file("around"));
    fs::rename(folder.file("x"), folder.file("around/x"));
    CHECK(load_data_set(folder.file("around")).train.count == 3);
    CHECK(load_data_set(folder.file("around")).notes ==
          std::vector<std::string>{"the classes are in " + folder.file("around/x")});
}

TEST_CASE("a folder one level too deep, or pictures where folders should be: the error says which folder was meant") {
    const TemporaryFolder folder;
    for (const char* file : {"pets/train/cat/1.png", "pets/train/dog/2.png", "pets/notes/x/3.png"})
        paint(folder.file(file), 1, 1, 1);
    CHECK(load_error(folder, "pets/train/cat") ==
          "pets/train/cat: there is no folder of pictures for each class, only pictures such as 1.png; if they are all "
          "of one class, give the folder above: --data pets/train/");
    CHECK(load_error(folder, "pets") ==
          "pets/notes: there is no PNG or JPEG picture of this class; it has folders in it, such as x; if those are "
          "the classes, give --data pets/notes");
    fs::create_directories(folder.file("pets/test"));
    CHECK(load_error(folder, "pets") == "pets/test: there is no folder of pictures for each class");
    paint(folder.file("pets/test/4.png"), 1, 1, 1);
    CHECK(load_error(folder, "pets") ==
          "pets/test: there is no folder of pictures for each class, only pictures such as 4.png");
    paint(folder.file("pets/test/cat/4.png"), 1, 1, 1);
    fs::remove_all(folder.file("pets/train/dog"));
    CHECK(load_error(folder, "pets") ==
          "pets/train: there must be a folder for each of 2 to 256 classes, but there is only cat");
}

TEST_CASE("images get another size when they are asked for") {
    ImageSet set{2, 2, 2, 2, {0, 0, 0, 0, 100, 100, 100, 100, 10, 10, 10, 10, 200, 200, 200, 200}, {0, 1}};
    set_image_size(set, 3, 1);
    CHECK(set.height == 3);
    CHECK(set.stored_height == 2);
    CHECK(image_bytes(set, 1) == std::vector<std::uint8_t>{10, 10, 10, 200, 200, 200});
    CHECK(image_bytes(subset(set, {1}), 0) == image_bytes(set, 1));
    set_image_size(set, 1, 2);  // of what is stored, not of the size before
    CHECK(image_bytes(set, 1) == std::vector<std::uint8_t>{10, 10, 200, 200});
}

TEST_CASE("labels that cannot be right, and classes without images") {
    const TemporaryFolder folder;
    const auto write = [&](const std::string& labels) {
        for (const std::string part : {"train", "t10k"}) {
            std::string images("\0\0\x8\x3\0\0\0\0\0\0\0\1\0\0\0\1", 16), header("\0\0\x8\1\0\0\0\0", 8);
            images[7] = header[7] = static_cast<char>(labels.size());
            write_file(folder.file(part + "-images-idx3-ubyte"), images + std::string(labels.size(), 'x'));
            write_file(folder.file(part + "-labels-idx1-ubyte"), header + labels);
        }
    };
    write({0, 1, 2, 4});
    const DataSet data = load_data_set(folder.file(""));
    CHECK(data.kind == "IDX files");
    CHECK(data.class_names.size() == 5);
    CHECK(rare_classes({.labels = {0, 0, 1, 1, 2, 2}}, data.class_names) == "no training image shows 3, 4");
    CHECK(rare_classes({.labels = {0, 1, 1, 2, 3, 3}}, data.class_names) ==
          "no training image shows 4; only one shows 0, 2");
    CHECK(rare_classes({.labels = {0, 1, 2, 3, 4, 1, 2, 3, 4}}, data.class_names) == "only one training image shows 0");
    CHECK(rare_classes({.labels = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4}}, data.class_names) == "");
    write({0, 1, 2, '\xc8'});
    CHECK(load_error(folder) ==
          ": the label of training image 3 is 200, far beyond those of the other images (3 classes); it is damaged, "
          "or say --classes 201");
    CHECK(load_data_set(folder.file(""), {.classes = 201}).class_names.size() == 201);
    CHECK(load_error(folder, "", {.classes = 200}) ==
          ": there is a label 200, but --classes says that there are 200 classes");
    write({0, 1});
    CHECK(load_data_set(folder.file(""), {.classes = 4}).class_names.size() == 4);
    write_file(folder.file("classes.txt"), "cat\ndog\nowl\n");
    CHECK(load_data_set(folder.file(""), {.classes = 3}).class_names.size() == 3);
    CHECK(load_error(folder, "", {.classes = 4}) == ": the data set names 3 classes, but --classes says 4");
}

TEST_CASE("class names that are not UTF-8 are refused before anything is trained, by file and line") {
    const TemporaryFolder folder;
    for (const std::string file :
         {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"})
        fs::copy_file(DATA_FILES "/digits/" + file, folder.file(file));
    fs::copy_file(TEST_FILES "/hostile/classes_latin1.txt", folder.file("classes.txt"));
    CHECK(load_error(folder).starts_with("classes.txt: line "));
    CHECK(load_error(folder).find(" is no printable text in UTF-8: ") != std::string::npos);
}

TEST_CASE("the checksum of a data set is another one for other bytes, labels or files") {
    DataSet data{"x", "", {"0", "1"}, {2, 1, 1, 1, {7, 8}, {0, 1}}, {1, 1, 1, 1, {9}, {0}}};
    const std::size_t before = checksum_of(data);
    CHECK(checksum_of(data) == before);
    data.train.labels = {1, 0};
    CHECK(checksum_of(data) != before);
    data.train.labels = {0, 1};
    data.test.pixels = {10};
    CHECK(checksum_of(data) != before);
    data.test.pixels = {9};
    data.train.files = {"a", "b"};
    CHECK(checksum_of(data) != before);

    const TemporaryFolder folder;
    write_file(folder.file("a"), "1234");
    write_file(folder.file("b"), "56");
    data.train.files = {folder.file("a"), folder.file("b")};
    const std::size_t with_files = checksum_of(data);
    write_file(folder.file("b"), "567");  // another picture under its name
    CHECK(checksum_of(data) != with_files);
    write_file(folder.file("b"), "56");
    CHECK(checksum_of(data) == with_files);
    write_file(folder.file("x/b"), "56");  // the same name and size, of another class
    data.train.files[1] = folder.file("x/b");
    CHECK(checksum_of(data) != with_files);
}

TEST_CASE("all five training files of CIFAR-10 are read, and the first must be there") {
    const TemporaryFolder folder;
    for (int number = 1; number <= 5; ++number)
        write_file(folder.file(fmt::format("data_batch_{}.bin", number)), cifar_image(number, 0));
    write_file(folder.file("test_batch.bin"), cifar_image(6, 0));
    CHECK(load_data_set(folder.file("")).train.labels == std::vector<std::uint8_t>{1, 2, 3, 4, 5});
    fs::remove(folder.file("data_batch_1.bin"));
    CHECK(load_error(folder) == "read_file: cannot open data_batch_1.bin: No such file or directory");
}

TEST_CASE("a class of the test has the label that it has in training; files are skipped in every folder") {
    const TemporaryFolder folder;
    paint(folder.file("train/a/1.png"), 1, 1, 1);
    paint(folder.file("train/b/2.png"), 1, 1, 1);
    paint(folder.file("test/b/3.png"), 1, 1, 1);
    for (const char* name : {"train/a/notes.txt", "train/b/notes.txt", "test/b/notes.txt"})
        write_file(folder.file(name), "no picture");
    for (const char* name : {"train/a/2025", "train/a/2026"}) paint(folder.file(name + std::string("/4.png")), 1, 1, 1);
    const DataSet data = load_data_set(folder.file(""));
    CHECK(data.test.labels == std::vector<std::uint8_t>{1});
    CHECK(data.notes ==
          std::vector<std::string>{
              "skipped: 2 folders, 3 other; only PNG and JPEG pictures right in the folder of a class are read"});
}

TEST_CASE("with a folder for each, validation and test are two sets; with one of them, it is the test") {
    const TemporaryFolder folder;
    for (const char* part : {"train", "Val", "test"}) {
        paint(folder.file(fmt::format("{}/a/1.png", part)), 1, 1, 1);
        paint(folder.file(fmt::format("{}/b/2.png", part)), 1, 1, 1);
    }
    fs::remove_all(folder.file("Val/a"));
    DataSet data = load_data_set(folder.file(""), {.height = 5, .width = 6});
    CHECK(data.validation.labels == std::vector<std::uint8_t>{1});
    CHECK(data.validation.files == std::vector<std::string>{folder.file("Val/b/2.png")});
    CHECK(data.validation.height == 5);
    CHECK(data.test.count == 2);
    const std::size_t before = checksum_of(data);
    data.validation.labels = {0};
    CHECK(checksum_of(data) != before);

    fs::remove_all(folder.file("test"));
    data = load_data_set(folder.file(""));
    CHECK(data.validation.count == 0);
    CHECK(data.test.files == std::vector<std::string>{folder.file("Val/b/2.png")});
    paint(folder.file("test/c/3.png"), 1, 1, 1);
    CHECK(load_error(folder) == "test: there is a class c, the training has none");
}

TEST_CASE("of an image that is wider than it should be, the columns in the middle stay") {
    ImageSet set{1, 1, 2, 4, {1, 2, 3, 4, 5, 6, 7, 8}, {0}};
    set_image_size(set, 2, 2);
    CHECK(image_bytes(set, 0) == std::vector<std::uint8_t>{2, 3, 6, 7});
}

}  // namespace vit
