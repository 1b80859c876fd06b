// How much of the files that this process has mapped is in its memory.
#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace vit {

/// The bytes of files, this program's own among them, that count as memory of the process ("RssFile:   5120 kB").
inline std::size_t mapped_bytes_in_memory() {
    std::ifstream status("/proc/self/status");
    std::size_t kilobytes = 0;
    for (std::string word; status >> word;) {
        if (word == "RssFile:") status >> kilobytes;
    }
    return kilobytes << 10;
}

}  // namespace vit
