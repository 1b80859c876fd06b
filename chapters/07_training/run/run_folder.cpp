#include "07_training/run/run_folder.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/files/files.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& folder) {
    if (fs::exists(folder + "/last.safetensors")) {
        throw std::runtime_error(
            fmt::format("{0} already holds a run; choose another --out, or continue it with --resume {0}", folder));
    }
    throw std::runtime_error(fmt::format("{} is not empty; choose another --out", folder));
}

/// The first of the folders runs/NAME-1, runs/NAME-2, ... that can be made.
RunFolder make_numbered_folder(const std::string& data_name) {
    make_folders("runs");
    for (std::size_t number = 1;; ++number) {
        const std::string path = fmt::format("runs/{}-{}", data_name, number);
        if (!fs::create_directory(path)) continue;
        keep_names("runs");
        return RunFolder(path);
    }
}

}  // namespace

RunFolder::RunFolder(const std::string& path) : path_(path) {
    descriptor_ = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0) {
        const std::error_code reason(errno, std::generic_category());
        throw std::runtime_error(fmt::format("cannot use the folder {}: {}", path, reason.message()));
    }
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(descriptor_);
        throw std::runtime_error(path + ": another run works in this folder");
    }
    for (const char* name : {"last.safetensors", "best.safetensors", "config.json", "metrics.csv", "curves.svg"})
        remove_unfinished_files(path, name);
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

RunFolder::~RunFolder() {
    if (descriptor_ >= 0) close(descriptor_);
}

std::string RunFolder::file(const std::string& name) const {
    struct stat own {};
    struct stat found {};
    const bool there = fstat(descriptor_, &own) == 0 && stat(path_.c_str(), &found) == 0 &&
                       own.st_dev == found.st_dev && own.st_ino == found.st_ino;
    if (!there) throw std::runtime_error(path_ + ": the folder was removed while the run worked in it");
    return path_ + "/" + name;
}

RunFolder make_run_folder(const std::string& wanted, const std::string& data_name) {
    try {
        if (wanted.empty()) return make_numbered_folder(data_name);
        make_folders(wanted);
        RunFolder folder(wanted);
        if (!fs::is_empty(wanted)) refuse(wanted);
        return folder;
    } catch (const fs::filesystem_error& error) {
        throw std::runtime_error(
            fmt::format("cannot make the folder {}: {}", wanted.empty() ? "runs" : wanted, error.code().message()));
    }
}

}  // namespace vit
