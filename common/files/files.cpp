#include "common/files/files.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>
#include <system_error>

namespace vit {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

[[noreturn]] void fail(const char* what, const std::string& path, const std::error_code& reason) {
    throw std::runtime_error(fmt::format("{} {}: {}", what, path, reason.message()));
}

/// The reason why the C library's last call failed.
std::error_code last_error() {
    return {errno, std::generic_category()};
}

/// A part of a file name that no other program uses at this moment.
std::string unique_name() {
    std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

}  // namespace

std::string read_file(const std::string& path) {
    const File file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) fail("read_file: cannot open", path, last_error());
    std::error_code not_a_file;  // a pipe has no size, but can be read all the same
    const auto size = std::filesystem::file_size(path, not_a_file);
    std::string contents;
    if (!not_a_file) contents.reserve(size);
    char buffer[1 << 16];
    while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get())) contents.append(buffer, count);
    if (std::ferror(file.get())) fail("read_file: cannot read", path, last_error());
    return contents;
}

void write_file(const std::string& path, std::string_view contents) {
    write_through(path, [&](const std::string& temporary_path) {
        File file(std::fopen(temporary_path.c_str(), "wb"), &std::fclose);
        if (!file) fail("write_file: cannot open", path, last_error());
        const bool written = std::fwrite(contents.data(), 1, contents.size(), file.get()) == contents.size();
        // A full disk may show only when the last bytes leave the buffer.
        if (!written || std::fflush(file.get()) != 0) fail("write_file: cannot write", path, last_error());
    });
}

void write_through(const std::string& path, const std::function<void(const std::string& temporary_path)>& write) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return write(path);

    // A link stays a link: the file it points to is the one that is replaced.
    const fs::path target =
        fs::is_symlink(path, error) && fs::exists(path, error) ? fs::canonical(path) : fs::path(path);
    if (target.has_parent_path()) {
        fs::create_directories(target.parent_path(), error);
        if (error) fail("write_through: cannot make the folder", target.parent_path().string(), error);
    }
    const std::string new_name = target.stem().string() + "-" + unique_name() + target.extension().string();
    const fs::path temporary = target.parent_path() / new_name;
    try {
        write(temporary.string());
        fs::rename(temporary, target, error);
        if (error) fail("write_through: cannot write", path, error);
    } catch (...) {
        fs::remove(temporary, error);
        throw;
    }
}

TemporaryFolder::TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("vit-" + unique_name())) {
    std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace vit
