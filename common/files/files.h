// Files read and written whole. A file that is written appears complete, or not at all: after an error, a program that
// was killed or a power cut, the file is as it was before.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vit {

/// The bytes of a file. Throws std::runtime_error: "read_file: cannot open NAME: No such file or directory", and where
/// there are more bytes than `most`.
std::string read_file(const std::string& path, std::size_t most = std::size_t(1) << 30);

/// Whether something is there that is no ordinary file: a device, a pipe, a folder.
bool is_something_else(const std::filesystem::path& path);

/// Throws std::runtime_error if it is. A pipe would be waited for.
void require_plain_file(const std::string& path);

/// The file that `path` stands for, which need not be there yet: a link stays a link, and the file that it leads to is
/// the one that is written. Throws std::runtime_error if it leads to itself.
std::filesystem::path target_of(const std::filesystem::path& path);

/// Makes a file of these bytes, and the folders above it. A file that is there is replaced and keeps its permissions;
/// one that is read-only stays. What is there and no ordinary file (/dev/null) is written to. What a program that was
/// killed has left half written of the same file is removed. Throws std::runtime_error that names `path`.
void write_file(const std::string& path, std::string_view contents);

/// The same for what `write` puts into a stream, which need not look at errors.
void write_file(const std::string& path, const std::function<void(std::FILE* stream)>& write);

/// Removes what programs that were killed while they wrote the file `name` have left in a folder, under names of their
/// own. What another program is writing stays.
void remove_unfinished_files(const std::string& folder, const std::string& name);

/// Makes a folder and those above it, whose names then survive a power cut. Throws std::filesystem::filesystem_error.
void make_folders(const std::filesystem::path& folder);

/// Lets the names in a folder survive a power cut. Not every file system can do that; there they may survive it.
void keep_names(const std::filesystem::path& folder);

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
