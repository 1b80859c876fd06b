#include "07_training/run/run_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// Makes a new folder the one where the program runs, as long as it lives.
class WorkingFolder {
public:
    WorkingFolder() { fs::current_path(folder_.file("")); }
    ~WorkingFolder() { fs::current_path(before_); }

private:
    TemporaryFolder folder_;
    fs::path before_ = fs::current_path();
};

std::string refused(const std::string& wanted) {
    return error_of<std::runtime_error>([&] { make_run_folder(wanted, "digits"); });
}

/// What each of four callers got that asked at the same time and kept it: a folder, or an error.
std::vector<std::string> at_once(const std::string& wanted) {
    std::vector<std::string> got(4);
    std::vector<std::optional<RunFolder>> kept(4);
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < 4; ++i) {
        callers.emplace_back([&, i] {
            try {
                kept[i].emplace(make_run_folder(wanted, "digits"));
                got[i] = kept[i]->path();
            } catch (const std::runtime_error& error) {
                got[i] = std::string("refused: ") + error.what();
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    return got;
}

}  // namespace

TEST_CASE("a wanted folder is made, whatever characters its name has; an empty one is taken") {
    const WorkingFolder here;
    fs::create_directories("empty");
    for (const std::string name :
         {"new", "deep/er", "empty", "quote's \"name\"", "line\nbreak", "~", "back\\slash", "slash/"}) {
        INFO(name);
        CHECK(make_run_folder(name, "digits").path() == name);
        CHECK(fs::is_directory(name));
    }
}

TEST_CASE("a folder that holds a run, or anything else, is refused and stays as it is") {
    const WorkingFolder here;
    write_file("run/last.safetensors", "a state");
    CHECK(refused("run") == "run already holds a run; choose another --out, or continue it with --resume run");
    write_file("notes/notes.txt", "mine");
    CHECK(refused("notes") == "notes is not empty; choose another --out");
    CHECK(read_file("notes/notes.txt") == "mine");
    write_file("theses/thesis-0123456789abcdef.unfinished", "mine");
    CHECK(refused("theses") == "theses is not empty; choose another --out");
    CHECK(read_file("theses/thesis-0123456789abcdef.unfinished") == "mine");
    CHECK_FALSE(fs::exists("notes/config.json"));
    CHECK(refused("notes/notes.txt").starts_with("cannot make the folder notes/notes.txt: "));
    CHECK(refused("notes/notes.txt/run").starts_with("cannot make the folder notes/notes.txt/run: "));
}

TEST_CASE("without a wish, a run gets the first number that is free, beside what else there is") {
    const WorkingFolder here;
    CHECK(make_run_folder("", "digits").path() == "runs/digits-1");
    fs::create_directories("runs/digits-3");
    CHECK(make_run_folder("", "digits").path() == "runs/digits-2");
    CHECK(make_run_folder("", "digits").path() == "runs/digits-4");
    CHECK(make_run_folder("", "mnist").path() == "runs/mnist-1");
}

TEST_CASE("of four runs that start at once each gets a folder of its own, and only one gets a folder that all want") {
    const WorkingFolder here;
    for (int round = 0; round < 20; ++round) {
        INFO("round ", round);
        const std::vector<std::string> numbered = at_once("");
        CHECK(std::set<std::string>(numbered.begin(), numbered.end()).size() == 4);
        for (const std::string& folder : numbered) CHECK(folder.starts_with("runs/digits-"));

        const std::string wanted = fmt::format("same-{}", round);
        const std::vector<std::string> answers = at_once(wanted);
        CHECK(std::count(answers.begin(), answers.end(), wanted) == 1);
        for (const std::string& answer : answers) CHECK((answer == wanted || answer.starts_with("refused: " + wanted)));
    }
    CHECK(fs::exists("runs/digits-80"));
    CHECK_FALSE(fs::exists("runs/digits-81"));
}

TEST_CASE("two runs do not work in one folder; what a killed one left half written is removed") {
    const TemporaryFolder folder;
    const std::string path = folder.file("run");
    write_file(path + "/last.safetensors", "kept");
    write_file(path + "/last.safetensors-0123456789abcdef.unfinished", "half");
    write_file(path + "/notes-0123456789abcdef.txt", "kept");
    write_file(path + "/0123456789abcdeg-0123456789abcdeg.unfinished", "kept");
    {
        const RunFolder first(path);
        CHECK(error_of<std::runtime_error>([&] { RunFolder second(path); }) ==
              path + ": another run works in this folder");
    }
    const RunFolder again(path);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path)) files += entry.is_regular_file();
    CHECK(files == 3);
    write_file(folder.file("plain"), "");
    for (const char* none : {"plain", "missing"}) {
        CHECK(error_of<std::runtime_error>([&] {
                  RunFolder opened(folder.file(none));
              }).starts_with("cannot use the folder " + folder.file(none) + ": "));
    }
}

TEST_CASE("a run that was killed while it wrote its first state leaves a folder that the next one takes") {
    const WorkingFolder here;
    write_file("run/last.safetensors-0123456789abcdef.unfinished", "half");
    CHECK(make_run_folder("run", "digits").path() == "run");
    CHECK(fs::is_empty("run"));
}

TEST_CASE("a folder that is removed or put elsewhere while a run works in it gets no more files") {
    const WorkingFolder here;
    const RunFolder removed = make_run_folder("removed", "digits"), moved = make_run_folder("moved", "digits");
    CHECK(removed.file("last.safetensors") == "removed/last.safetensors");
    fs::remove_all("removed");
    fs::rename("moved", "elsewhere");
    fs::create_directory("moved");
    CHECK(error_of<std::runtime_error>([&] { removed.file("last.safetensors"); }) ==
          "removed: the folder was removed while the run worked in it");
    CHECK(error_of<std::runtime_error>([&] { moved.file("last.safetensors"); }) ==
          "moved: the folder was removed while the run worked in it");
}

}  // namespace vit
