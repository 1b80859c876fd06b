#include "07_training/run/run_folder.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/files/files.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// Makes config.json, still empty, in a folder that has nothing else. False if it has: "x" lets only one program make a
/// file, whatever others do at the same moment.
bool claim(const std::string& folder) {
    if (!fs::is_empty(folder)) return false;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen((folder + "/config.json").c_str(), "wx"),
                                                               &std::fclose);
    if (!file && errno != EEXIST) {
        const std::error_code reason(errno, std::generic_category());
        throw fs::filesystem_error("", reason);
    }
    return file != nullptr;
}

[[noreturn]] void refuse(const std::string& folder) {
    if (fs::exists(folder + "/config.json")) {
        throw std::runtime_error(
            fmt::format("{0} already holds a run; choose another --out, or continue it with --resume {0}", folder));
    }
    throw std::runtime_error(fmt::format("{} is not empty; choose another --out", folder));
}

}  // namespace

std::string make_run_folder(const std::string& wanted, const std::string& data_name) {
    std::string folder = wanted;
    try {
        if (!wanted.empty()) {
            fs::create_directories(wanted);
            if (claim(wanted)) return wanted;
            refuse(wanted);
        }
        fs::create_directories("runs");
        for (std::size_t number = 1;; ++number) {
            folder = fmt::format("runs/{}-{}", data_name, number);
            if (fs::create_directory(folder) && claim(folder)) return folder;
        }
    } catch (const fs::filesystem_error& error) {
        throw std::runtime_error(fmt::format("cannot make the folder {}: {}", folder, error.code().message()));
    }
}

FolderLock::FolderLock(const std::string& folder) {
    const auto fail = [&folder](const std::error_code& reason) {
        throw std::runtime_error(fmt::format("cannot use the folder {}: {}", folder, reason.message()));
    };
    std::error_code reason;
    fs::create_directories(folder, reason);
    if (reason) fail(reason);
    descriptor_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0) fail({errno, std::generic_category()});
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(descriptor_);
        throw std::runtime_error(folder + ": another run works in this folder");
    }
    remove_unfinished_files(folder);
}

FolderLock::~FolderLock() {
    close(descriptor_);
}

}  // namespace vit
