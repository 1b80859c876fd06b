// Files read and written whole. A file that is written appears at once and complete, or not at all: a program that is
// stopped half-way leaves the old file as it was.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace vit {

/// The bytes of a file. Throws std::runtime_error: "read_file: cannot open NAME: No such file or directory".
std::string read_file(const std::string& path);

/// Makes a file of these bytes, and the folders above it. Throws std::runtime_error that names `path`.
void write_file(const std::string& path, std::string_view contents);

/// For libraries that write files themselves: `write` gets a name beside `path` with the same extension and must make
/// that file, which is then renamed to `path`. If `write` throws, its file is removed and `path` stays as it was.
/// Something that is there and no ordinary file (/dev/null) is not replaced: `write` gets its own name.
void write_through(const std::string& path, const std::function<void(const std::string& temporary_path)>& write);

/// A new, empty folder for files that nobody needs later. It is removed with all that is in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// The path of a file in the folder.
    std::string file(std::string_view name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace vit
