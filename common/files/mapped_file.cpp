#include "common/files/mapped_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace vit {

MappedFile::MappedFile(const std::string& path, std::string_view reader) : path_(path) {
    const auto fail = [&](const char* what, int reason) {
        const std::string text = std::generic_category().message(reason);
        throw std::runtime_error(fmt::format("{}: cannot {} {}: {}", reader, what, path, text));
    };
    if (path.empty()) throw std::runtime_error(fmt::format("{}: the name of the file is empty", reader));

    // The mapping outlives the stream.
    // Without O_NONBLOCK, to open a pipe would wait for somebody who writes into it.
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(descriptor < 0 ? nullptr : fdopen(descriptor, "rb"),
                                                                 &std::fclose);
    struct stat status {};
    if (!stream || fstat(fileno(stream.get()), &status) != 0) fail("open", errno);
    if (S_ISDIR(status.st_mode)) fail("open", EISDIR);
    if (!S_ISREG(status.st_mode)) fail("open", ENOTSUP);  // a pipe or a device has no pages
    if (status.st_size == 0) return;                      // nor has an empty file

    size_ = static_cast<std::size_t>(status.st_size);
    address_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fileno(stream.get()), 0);
    if (address_ == MAP_FAILED) fail("map", errno);
}

MappedFile::~MappedFile() {
    if (size_ > 0) munmap(address_, size_);
}

void MappedFile::give_back() const {
    if (size_ > 0) madvise(address_, size_, MADV_DONTNEED);
}

}  // namespace vit
