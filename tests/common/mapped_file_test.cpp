#include "common/files/mapped_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <numeric>

#include "common/files/files.h"
#include "tests/common/mapped_bytes.h"
#include "tests/testing.h"

namespace vit {
namespace {

std::string text_of(const MappedFile& file) {
    return {file.bytes().begin(), file.bytes().end()};
}

}  // namespace

TEST_CASE("a mapped file has the file's bytes, also after it was replaced or removed") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x");
    write_file(path, "first");
    const MappedFile first(path, "test");
    CHECK(first.path() == path);
    CHECK(text_of(first) == "first");
    write_file(path, "second one");
    const MappedFile second(path, "test");
    std::filesystem::remove(path);
    CHECK(text_of(first) == "first");
    CHECK(text_of(second) == "second one");
}

TEST_CASE("a file is mapped as long as its object is there") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x");
    write_file(path, "bytes");
    const auto is_mapped = [&] { return read_file("/proc/self/maps").find(path) != std::string::npos; };
    {
        const MappedFile file(path, "test");
        CHECK(is_mapped());
    }
    CHECK_FALSE(is_mapped());
}

TEST_CASE("an empty file has no bytes") {
    const TemporaryFolder folder;
    write_file(folder.file("x"), "");
    const MappedFile file(folder.file("x"), "test");
    CHECK(file.bytes().empty());
    file.give_back();
}

TEST_CASE("what cannot be mapped is named, with the reason") {
    const TemporaryFolder folder;
    const auto error = [](const std::string& path) {
        return error_of<std::runtime_error>([&] { MappedFile(path, "test"); });
    };
    CHECK(error(folder.file("none")) == "test: cannot open " + folder.file("none") + ": No such file or directory");
    CHECK(error(folder.file("")) == "test: cannot open " + folder.file("") + ": Is a directory");
    CHECK(error("/dev/null") == "test: cannot open /dev/null: Operation not supported");
    REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);  // nobody writes into it
    CHECK(error(folder.file("pipe")) == "test: cannot open " + folder.file("pipe") + ": Operation not supported");
    CHECK(error("") == "test: the name of the file is empty");
}

TEST_CASE("pages that are given back take no memory, and are there again when they are read again") {
    const TemporaryFolder folder;
    constexpr std::size_t size = 20'000'000;
    write_file(folder.file("x"), std::string(size, '\1'));
    const MappedFile file(folder.file("x"), "test");
    const auto sum = [&] { return std::accumulate(file.bytes().begin(), file.bytes().end(), std::size_t(0)); };
    const std::size_t before = mapped_bytes_in_memory();
    CHECK(sum() == size);
    CHECK(mapped_bytes_in_memory() > before + size / 2);
    file.give_back();
    CHECK(mapped_bytes_in_memory() < before + size / 20);
    CHECK(sum() == size);
}

}  // namespace vit
