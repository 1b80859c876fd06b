#include "common/program/memory.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>  // defines __GLIBC__ where there is one
#include <fstream>
#include <string>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <sys/resource.h>
#endif

namespace vit {

void keep_freed_memory() {
#ifdef __GLIBC__
    // Every step of a training allocates the same tensors and frees them again. By default glibc takes a large block
    // from the system and gives it back when it is freed; the next step then waits for the system to hand out and clear
    // each page once more (a page fault every 4096 bytes), which can cost more than the arithmetic.
    mallopt(M_MMAP_MAX, 0);         // no block is a mapping of its own, which freeing would return to the system
    mallopt(M_TRIM_THRESHOLD, -1);  // the free end of the heap is never returned either
    mallopt(M_TOP_PAD, 64 << 20);   // the heap grows by 64 MB at a time; pages that nobody touches cost nothing
#endif
}

#ifdef __linux__
namespace {

/// The bytes that a file of /proc tells, as in "MemAvailable:   21286532 kB". 0 where there is no such line.
std::uint64_t bytes_in(const char* file, const std::string& name) {
    std::ifstream lines(file);
    std::uint64_t kilobytes = 0;
    for (std::string word; lines >> word;) {
        if (word == name && lines >> kilobytes) return kilobytes << 10;
    }
    return 0;
}

/// The least that a control group and those above it allow; `folder` is the group's, under `root`.
std::uint64_t group_limit(const std::string& root, std::string folder, const std::string& file) {
    std::uint64_t least = UINT64_MAX;
    for (;;) {
        std::uint64_t bytes = 0;  // no number ("max"), no file: no limit
        if (std::ifstream(root + folder + "/" + file) >> bytes) least = std::min(least, bytes);
        if (folder.empty()) return least;
        folder.resize(folder.rfind('/'));
    }
}

/// What the control groups of this process allow. A line of the list is "4:memory:/folder", or "0::/folder" in
/// version 2.
std::uint64_t group_limit() {
    std::ifstream groups("/proc/self/cgroup");
    std::uint64_t least = UINT64_MAX;
    for (std::string line; std::getline(groups, line);) {
        const std::size_t folder = std::min(line.find('/'), line.size());
        if (line.starts_with("0::"))
            least = std::min(least, group_limit("/sys/fs/cgroup", line.substr(folder), "memory.max"));
        else if (line.find(":memory:") < folder)
            least = std::min(least, group_limit("/sys/fs/cgroup/memory", line.substr(folder), "memory.limit_in_bytes"));
    }
    return least;
}

}  // namespace
#endif

void limit_memory() {
#if defined(__linux__) && !defined(XTENSOR_ENABLE_ASSERT)  // it is defined where sanitizers reserve terabytes
    const std::uint64_t available = bytes_in("/proc/meminfo", "MemAvailable:") + bytes_in("/proc/meminfo", "SwapFree:");
    if (available == 0) return;
    // The limit counts what is reserved, and the libraries have reserved some that they will never touch.
    const std::uint64_t reserved = bytes_in("/proc/self/status", "VmData:");
    rlimit limit{};
    if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur, reserved + std::min(available, group_limit()));
    setrlimit(RLIMIT_DATA, &limit);
#endif
}

}  // namespace vit
