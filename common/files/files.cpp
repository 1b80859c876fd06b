#include "common/files/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <system_error>

namespace vit {
namespace {

namespace fs = std::filesystem;

using Stream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

[[noreturn]] void fail(const char* what, const std::string& path, const std::error_code& reason) {
    throw std::runtime_error(fmt::format("{} {}: {}", what, path, reason.message()));
}

/// The reason why the C library's last call failed.
std::error_code last_error() {
    return {errno, std::generic_category()};
}

Stream open_to_write(const fs::path& path, int flags, fs::perms permissions) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, static_cast<mode_t>(permissions));
    return {descriptor < 0 ? nullptr : fdopen(descriptor, "wb"), &std::fclose};
}

void require_written(bool written, const std::string& path) {
    if (!written) fail("write_file: cannot write", path, last_error());
}

/// Lets `write` fill the stream; `path` is its name in errors. A full disk may show only when the last bytes leave the
/// buffer.
void fill(const Stream& stream, const std::string& path, const std::function<void(std::FILE*)>& write) {
    if (!stream) fail("write_file: cannot open", path, last_error());
    write(stream.get());
    require_written(std::ferror(stream.get()) == 0 && std::fflush(stream.get()) == 0, path);
}

/// Writes to what must not be replaced.
void write_in_place(const std::string& path, const std::function<void(std::FILE*)>& write) {
    Stream stream = open_to_write(path, 0, {});
    fill(stream, path, write);
    require_written(std::fclose(stream.release()) == 0, path);
}

/// May this program write to a file? One that is read-only could still be replaced, as its folder decides about that.
bool may_write(const fs::path& file) {
    return faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) == 0;
}

constexpr std::size_t hex_digits = 16;
constexpr std::string_view ending = ".unfinished";

/// A name may have 255 bytes, so of a long one only the beginning is used.
std::string beginning_of(const fs::path& target) {
    return target.filename().string().substr(0, 200);
}

/// "last.safetensors-9b0c3f24a1d5e687.unfinished": a name that no other program uses at this moment.
fs::path name_beside(const fs::path& target) {
    std::random_device device;
    return target.parent_path() / fmt::format("{}-{:08x}{:08x}{}", beginning_of(target), device(), device(), ending);
}

/// Of which file, with a long name shortened as above, is a file with this name an unfinished one? Empty: it is none.
std::string unfinished_of(const std::string& name) {
    const std::size_t dash = name.rfind('-');
    const bool unfinished = dash != std::string::npos && name.size() == dash + 1 + hex_digits + ending.size() &&
                            name.ends_with(ending) &&
                            name.find_first_not_of("0123456789abcdef", dash + 1) == dash + 1 + hex_digits;
    return unfinished ? name.substr(0, dash) : "";
}

/// Removes a file that no program writes. One that does holds a lock on it until it has its name.
void remove_if_left(const fs::path& unfinished) {
    const int descriptor = open(unfinished.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return;
    std::error_code ignored;
    const bool left = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (left) fs::remove(unfinished, ignored);  // still locked: who has just made it waits, and sees that it is gone
    close(descriptor);
}

/// A new file beside the target, which is locked as long as it is open.
Stream open_unfinished(const fs::path& temporary, fs::perms permissions) {
    for (;;) {
        Stream stream = open_to_write(temporary, O_CREAT | O_EXCL, permissions);
        struct stat status {};
        const bool removed = stream && flock(fileno(stream.get()), LOCK_EX) == 0 &&
                             fstat(fileno(stream.get()), &status) == 0 && status.st_nlink == 0;
        if (!removed) return stream;  // else another program found it before the lock did
    }
}

}  // namespace

std::string read_file(const std::string& path, std::size_t most) {
    const Stream stream(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!stream) fail("read_file: cannot open", path, last_error());
    const auto check_size = [&](std::uintmax_t size) {
        if (size > most) throw std::runtime_error(fmt::format("read_file: {} has more than {} bytes", path, most));
    };
    std::error_code unknown;  // of a pipe, for one
    const std::uintmax_t size = fs::file_size(path, unknown);
    if (!unknown) check_size(size);
    std::string contents;
    char buffer[1 << 16];
    while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, stream.get())) {
        contents.append(buffer, count);
        check_size(contents.size());
    }
    if (std::ferror(stream.get())) fail("read_file: cannot read", path, last_error());
    return contents;
}

bool is_something_else(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored) && !fs::is_regular_file(path, ignored);
}

void require_plain_file(const std::string& path) {
    if (is_something_else(path)) throw std::runtime_error(path + ": this is no ordinary file");
}

fs::path target_of(const fs::path& path) {
    std::error_code error;
    fs::path target = path;
    for (int links = 0; fs::is_symlink(target, error); ++links) {
        if (links == 40)
            fail("write_file: cannot write", path.string(),
                 std::make_error_code(std::errc::too_many_symbolic_link_levels));
        target = target.parent_path() / fs::read_symlink(target, error);
    }
    return target;
}

void write_file(const std::string& path, std::string_view contents) {
    write_file(path, [&](std::FILE* stream) {
        if (!contents.empty()) std::fwrite(contents.data(), 1, contents.size(), stream);
    });
}

void write_file(const std::string& path, const std::function<void(std::FILE* stream)>& write) {
    if (is_something_else(path)) return write_in_place(path, write);

    const fs::path target = target_of(path), folder = target.parent_path();
    try {
        make_folders(folder);
    } catch (const fs::filesystem_error& error) {
        fail("write_file: cannot make the folder", folder.string(), error.code());
    }
    remove_unfinished_files(folder.string(), beginning_of(target));

    // The new file is on the disk before it takes the old one's name, which it does in one step.
    const fs::path temporary = name_beside(target);
    std::error_code missing, error;
    const fs::file_status old = fs::status(target, missing);
    const bool replaces = fs::exists(old);
    if (replaces && !may_write(target)) fail("write_file: cannot write", path, last_error());
    constexpr fs::perms all_may_write{0666};  // less what the umask of the process takes away
    try {
        const Stream stream = open_unfinished(temporary, replaces ? old.permissions() : all_may_write);
        fill(stream, path, write);
        require_written(fsync(fileno(stream.get())) == 0, path);
        if (replaces) fs::permissions(temporary, old.permissions(), error);
        if (!error) fs::rename(temporary, target, error);
        if (error) fail("write_file: cannot write", path, error);
    } catch (...) {
        fs::remove(temporary, error);
        throw;
    }
    keep_names(folder);
}

void remove_unfinished_files(const std::string& folder, const std::string& name) {
    std::error_code error;
    for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string of = unfinished_of(entry->path().filename().string());
        if (of == name) remove_if_left(entry->path());
    }
}

void make_folders(const fs::path& folder) {
    if (folder.empty() || fs::is_directory(folder)) return;
    make_folders(folder.parent_path());
    std::error_code error;  // none if another program has just made it
    if (fs::create_directory(folder, error)) keep_names(folder.parent_path());
    if (error == std::errc::file_exists) error = std::make_error_code(std::errc::not_a_directory);
    if (error) throw fs::filesystem_error("", error);
}

void keep_names(const fs::path& folder) {
    const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
}

TemporaryFolder::TemporaryFolder() {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    std::string name = (parent / "vit-XXXXXX").string();
    if (!error && mkdtemp(name.data()) == nullptr) error = last_error();
    if (error) fail("TemporaryFolder: cannot make a folder in", parent.empty() ? "$TMPDIR" : parent.string(), error);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace vit
