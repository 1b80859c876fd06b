#include "common/files/files.h"

#include "tests/testing.h"

namespace vit {

namespace fs = std::filesystem;

TEST_CASE("a file is written whole, with the folders above it, and read back byte for byte") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a/b/numbers.bin"), contents("first\n\0\xff last", 13);
    write_file(path, contents);
    CHECK(read_file(path) == contents);
    write_file(path, "");
    CHECK(read_file(path).empty());
    CHECK(std::distance(fs::directory_iterator(folder.file("a/b")), {}) == 1);  // no temporary file stays
}

TEST_CASE("reading and writing name the file and the reason") {
    const TemporaryFolder folder;
    const std::string missing = folder.file("missing.txt"), plain = folder.file("plain");
    CHECK(error_of<std::runtime_error>([&] { read_file(missing); }) ==
          "read_file: cannot open " + missing + ": No such file or directory");
    CHECK(error_of<std::runtime_error>([&] { read_file(folder.file("")); }) ==
          "read_file: cannot read " + folder.file("") + ": Is a directory");
    write_file(plain, "a file is no folder");
    CHECK(error_of<std::runtime_error>([&] { write_file(plain + "/x", ""); }) ==
          "write_through: cannot make the folder " + plain + ": Not a directory");
    fs::create_directory(folder.file("folder"));
    CHECK(error_of<std::runtime_error>([&] { write_file(folder.file("folder"), ""); }) ==
          "write_file: cannot open " + folder.file("folder") + ": Is a directory");
    CHECK(error_of<std::runtime_error>([&] { write_file("/dev/full", "x"); }) ==
          "write_file: cannot write /dev/full: No space left on device");
}

TEST_CASE("a writer that fails leaves the old file and nothing else") {
    const TemporaryFolder folder;
    const std::string path = folder.file("model.txt");
    write_file(path, "old");
    const auto fail_half_way = [&](const std::string& temporary_path) {
        CHECK(temporary_path != path);
        CHECK(fs::path(temporary_path).parent_path() == fs::path(path).parent_path());
        CHECK(fs::path(temporary_path).extension() == ".txt");
        write_file(temporary_path, "ne");
        throw std::runtime_error("the plug was pulled");
    };
    CHECK(error_of<std::runtime_error>([&] { write_through(path, fail_half_way); }) == "the plug was pulled");
    CHECK(read_file(path) == "old");
    CHECK(std::distance(fs::directory_iterator(folder.file("")), {}) == 1);
    CHECK(error_of<std::runtime_error>([&] { write_through(path, [](const std::string&) {}); }) ==
          "write_through: cannot write " + path + ": No such file or directory");
}

TEST_CASE("devices are written to, links are followed") {
    const TemporaryFolder folder;
    write_file("/dev/null", "nothing");
    CHECK(fs::is_character_file("/dev/null"));
    write_file(folder.file("target"), "old");
    fs::create_symlink(folder.file("target"), folder.file("link"));
    write_file(folder.file("link"), "new");
    CHECK(fs::is_symlink(folder.file("link")));
    CHECK(read_file(folder.file("target")) == "new");
}

TEST_CASE("a temporary folder goes with all its files") {
    std::string path;
    {
        const TemporaryFolder folder;
        path = folder.file("x");
        write_file(path, "x");
        CHECK(fs::exists(path));
    }
    CHECK_FALSE(fs::exists(fs::path(path).parent_path()));
}

}  // namespace vit
