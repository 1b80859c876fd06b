#include "common/files/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

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
    CHECK_THROWS_WITH_AS(read_file(missing),
                         ("read_file: cannot open " + missing + ": No such file or directory").c_str(),
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(read_file(folder.file("")),
                         ("read_file: cannot read " + folder.file("") + ": Is a directory").c_str(),
                         std::runtime_error);
    write_file(plain, "a file is no folder");
    CHECK_THROWS_WITH_AS(write_file(plain + "/x", ""),
                         ("write_file: cannot make the folder " + plain + ": Not a directory").c_str(),
                         std::runtime_error);
    fs::create_directory(folder.file("folder"));
    CHECK_THROWS_WITH_AS(write_file(folder.file("folder"), ""),
                         ("write_file: cannot open " + folder.file("folder") + ": Is a directory").c_str(),
                         std::runtime_error);
    for (const std::size_t size : {1u, 1'000'000u})  // when the last bytes leave the buffer, and before
        CHECK_THROWS_WITH_AS(write_file("/dev/full", std::string(size, 'x')),
                             "write_file: cannot write /dev/full: No space left on device", std::runtime_error);
    const std::string long_name = folder.file(std::string(300, 'x'));
    CHECK_THROWS_WITH_AS(write_file(long_name, ""),
                         ("write_file: cannot write " + long_name + ": File name too long").c_str(),
                         std::runtime_error);
}

TEST_CASE("a file that has no end, or is larger than it should be, is not read into memory") {
    const TemporaryFolder folder;
    const std::string path = folder.file("five");
    write_file(path, "12345");
    CHECK(read_file(path, 5) == "12345");
    CHECK_THROWS_WITH_AS(read_file(path, 4), ("read_file: " + path + " has more than 4 bytes").c_str(),
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(read_file("/dev/zero", 1000000), "read_file: /dev/zero has more than 1000000 bytes",
                         std::runtime_error);
}

TEST_CASE("a writer that fails leaves the old file and nothing else") {
    const TemporaryFolder folder;
    const std::string path = folder.file("model.txt");
    write_file(path, "old");
    const auto fail_half_way = [&](std::FILE* stream) {
        std::fputs("ne", stream);
        std::fflush(stream);
        CHECK(read_file(path) == "old");
        throw std::runtime_error("the plug was pulled");
    };
    CHECK_THROWS_WITH_AS(write_file(path, fail_half_way), "the plug was pulled", std::runtime_error);
    CHECK(read_file(path) == "old");
    CHECK(std::distance(fs::directory_iterator(folder.file("")), {}) == 1);
}

TEST_CASE("a file that is replaced keeps its permissions; a new one has those that every new file has") {
    const TemporaryFolder folder;
    const std::string path = folder.file("secret"), fresh = folder.file("fresh");
    write_file(path, "old");
    fs::permissions(path, fs::perms{0662});  // no umask lets a new file have these
    write_file(path, "new");
    CHECK(read_file(path) == "new");
    CHECK(fs::status(path).permissions() == fs::perms{0662});

    write_file(fresh, "");
    const mode_t mask = umask(0);
    umask(mask);
    CHECK(fs::status(fresh).permissions() == fs::perms{0666 & ~mask});
}

TEST_CASE("a link stays a link, also one to a file that is not there yet; one that leads to itself is refused") {
    const TemporaryFolder folder, elsewhere;
    fs::create_symlink("second", folder.file("first"));
    fs::create_symlink(elsewhere.file("new/model"), folder.file("second"));
    for (const char* text : {"1", "2"}) {
        write_file(folder.file("first"), text);
        CHECK(fs::is_symlink(folder.file("first")));
        CHECK(fs::is_symlink(folder.file("second")));
        CHECK(read_file(elsewhere.file("new/model")) == text);
    }
    fs::create_symlink("loop", folder.file("loop"));
    CHECK(error_of<std::runtime_error>([&] { write_file(folder.file("loop"), "x"); }) ==
          "write_file: cannot write " + folder.file("loop") + ": Too many levels of symbolic links");
    CHECK(fs::is_symlink(folder.file("loop")));
}

TEST_CASE("a file that is read-only stays as it is") {
    const TemporaryFolder folder;
    const std::string path = folder.file("model");
    write_file(path, "kept");
    fs::permissions(path, fs::perms::owner_read);
    fs::permissions(folder.file(""), fs::perms::all);
    const uid_t user = geteuid();
    const bool root = user == 0;  // who may write everything
    if (root) REQUIRE(seteuid(65534) == 0);
    const std::string error = error_of<std::runtime_error>([&] { write_file(path, "new"); });
    if (root) REQUIRE(seteuid(user) == 0);
    CHECK(error == "write_file: cannot write " + path + ": Permission denied");
    CHECK(read_file(path) == "kept");
}

TEST_CASE("a name may be as long as the system allows, and needs no folder") {
    const TemporaryFolder folder;
    const std::string longest(255, 'x');
    const fs::path before = fs::current_path();
    fs::current_path(folder.file(""));
    const std::string error = error_of<std::runtime_error>([&] { write_file(longest, "1"); });
    fs::current_path(before);
    CHECK(error == "no error");
    CHECK(read_file(folder.file(longest)) == "1");
}

TEST_CASE("of a folder's files, those are removed that a killed program left unfinished, and no others") {
    const TemporaryFolder folder;
    const std::vector<std::string> kept{"model",
                                        "model-0123456789abcdef",
                                        "model-0123456789abcdef.finished.x",
                                        "model-0123456789abcdef.x.unfinished",
                                        "model-0123456789abcdeg.unfinished",
                                        "model-0123456789abcde.unfinished",
                                        "model.unfinished",
                                        "my-model-fedcba9876543210.unfinished"};
    for (const std::string& name : kept) write_file(folder.file(name), "kept");
    for (const char* name : {"model-0123456789abcdef.unfinished", "model-fedcba9876543210.unfinished"})
        write_file(folder.file(name), "half");
    remove_unfinished_files(folder.file(""), "model");
    for (const std::string& name : kept) {
        INFO(name);
        CHECK(fs::exists(folder.file(name)));
    }
    CHECK(static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.file("")), {})) == kept.size());
}

TEST_CASE("who writes a file removes what was left of it before, but not what another program writes") {
    const TemporaryFolder folder;
    const std::string left = folder.file("x.txt-0123456789abcdef.unfinished"),
                      written = folder.file("x.txt-0123456789abcde0.unfinished"),
                      other = folder.file("y.txt-0123456789abcdef.unfinished");
    for (const std::string& name : {left, written, other}) write_file(name, "half");
    write_file(folder.file("x.txt"), [&](std::FILE* stream) {
        std::fputs("whole", stream);
        write_file(folder.file("x.txt"), "meanwhile");  // by another program, which leaves the first one's file alone
    });
    CHECK(read_file(folder.file("x.txt")) == "whole");
    CHECK_FALSE(fs::exists(left));
    CHECK(fs::exists(other));

    write_file(written, "half");
    const int descriptor = open(written.c_str(), O_RDONLY);
    REQUIRE(flock(descriptor, LOCK_EX) == 0);
    write_file(folder.file("x.txt"), "again");
    CHECK(fs::exists(written));
    close(descriptor);
    remove_unfinished_files(folder.file(""), "x.txt");
    CHECK_FALSE(fs::exists(written));
    CHECK(fs::exists(other));
}

TEST_CASE("several programs may write the same file at the same time; one of them wins, and nothing is left") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x.txt");
    std::atomic<int> failures = 0;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&, text = std::string(1000, static_cast<char>('a' + writer))] {
            for (int i = 0; i < 100; ++i) {
                try {
                    write_file(path, text);
                    failures += read_file(path).size() != text.size();
                } catch (const std::runtime_error&) {
                    ++failures;
                }
            }
        });
    for (std::thread& writer : writers) writer.join();
    CHECK(failures.load() == 0);
    CHECK(std::distance(fs::directory_iterator(folder.file("")), {}) == 1);
}

TEST_CASE("several programs may make the same folders at the same time") {
    const TemporaryFolder folder;
    std::atomic<int> failures = 0;
    std::vector<std::thread> makers;
    for (int maker = 0; maker < 4; ++maker)
        makers.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                try {
                    make_folders(folder.file(std::to_string(i)));
                } catch (const fs::filesystem_error&) {
                    ++failures;
                }
            }
        });
    for (std::thread& maker : makers) maker.join();
    CHECK(failures.load() == 0);
    CHECK(std::distance(fs::directory_iterator(folder.file("")), {}) == 1000);
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

TEST_CASE("a temporary folder that cannot be made says where") {
    const TemporaryFolder folder;
    const std::string missing = folder.file("missing"), before = std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "";
    setenv("TMPDIR", missing.c_str(), 1);
    const std::string error = error_of<std::runtime_error>([] { const TemporaryFolder other; });
    if (before.empty())
        unsetenv("TMPDIR");
    else
        setenv("TMPDIR", before.c_str(), 1);
    CHECK(error == "TemporaryFolder: cannot make a folder in $TMPDIR: No such file or directory");
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
