#include "common/files/outputs.h"

#include <filesystem>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {

namespace fs = std::filesystem;

TEST_CASE("a file that is read is not one to write, under whatever name") {
    const TemporaryFolder folder;
    const std::string input = folder.file("input"), link = folder.file("link"), twin = folder.file("twin");
    write_file(input, "x");
    fs::create_symlink(input, link);
    fs::create_hard_link(input, twin);
    for (const std::string& name : {input, link, twin, folder.file("./input"), folder.file("new/../input")}) {
        CAPTURE(name);
        CHECK(error_of<std::invalid_argument>([&] {
                  refuse_to_overwrite("--out", name, {folder.file("none"), input});
              }) == "--out " + name + ": this file is read; give another name for what is written");
    }
    write_file(folder.file("other"), "x");
    refuse_to_overwrite("--out", folder.file("other"), {input, ""});
    write_file(folder.file("data/a/1.png"), "x");
    const std::string picture = folder.file("data/b/../a/1.png");
    CHECK(error_of<std::invalid_argument>([&] { refuse_to_overwrite("--out", picture, {folder.file("data")}); }) ==
          "--out " + picture + ": this file is read; give another name for what is written");
    refuse_to_overwrite("--out", folder.file("data/a/2.png"), {folder.file("data")});
    refuse_to_overwrite("--out", input, {folder.file("data"), folder.file("da"), folder.file("inp")});
    refuse_to_overwrite("--out", folder.file("new"), {input});
    refuse_to_overwrite("--out", "", {input, ""});
}

TEST_CASE("what is written is not put where it would be read the next time") {
    const TemporaryFolder folder;
    fs::create_directories(folder.file("data/a"));
    fs::create_symlink("data", folder.file("link"));
    for (const char* name : {"data", "data/run", "data/a/new/run", "link/run", "new/../data/run"}) {
        CAPTURE(name);
        CHECK(error_of<std::invalid_argument>([&] {
                  refuse_inside("--out", folder.file(name), folder.file("data/"));
              }) == "--out " + folder.file(name) + ": this is in " + folder.file("data/") +
                        ", which is read; choose a folder elsewhere");
    }
    for (const char* name : {"data-2", "dat", "run", "data/../run"})
        refuse_inside("--out", folder.file(name), folder.file("data/"));
    refuse_inside("--out", folder.file("run"), folder.file("none"));
}

TEST_CASE("two outputs are two files, also those that are not there yet") {
    const TemporaryFolder folder;
    const std::string a = folder.file("a"), b = folder.file("b"), old = folder.file("old"), twin = folder.file("twin");
    write_file(old, "x");
    fs::create_hard_link(old, twin);
    refuse_twice({{"--first", a}, {"--second", ""}, {"--third", b}, {"--fourth", ""}});
    refuse_twice({{"--first", "/dev/null"}, {"--second", "/dev/null"}});
    for (const auto& names : {std::pair{a, a}, {a, folder.file("./a")}, {a, folder.file("new/../a")}, {old, twin}}) {
        const std::string first = names.first, second = names.second;
        CAPTURE(second);
        CHECK(error_of<std::invalid_argument>([&] {
                  refuse_twice({{"--first", first}, {"--other", b}, {"--second", second}});
              }) == "--second " + second + ": this is the file of --first; give another name");
    }
}

}  // namespace vit
