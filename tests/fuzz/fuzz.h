// What all fuzz targets share: the input as a file, and what is asked of a reader that refuses it.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>

#include "common/program/printable.h"

namespace vit {

/// Ends the program, of which libFuzzer makes a finding.
inline void require(bool holds, const std::string& what) {
    if (holds) return;
    std::fprintf(stderr, "FINDING: %s\n", what.c_str());
    std::abort();
}

/// A file in memory that other code opens by its path, as it opens any file.
class InputFile {
public:
    InputFile() : descriptor_(memfd_create("input", MFD_CLOEXEC)) { require(descriptor_ >= 0, "there is no memfd"); }
    ~InputFile() { close(descriptor_); }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    void fill(const std::string& bytes) {
        const bool filled = ftruncate(descriptor_, 0) == 0 &&
                            pwrite(descriptor_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
        require(filled, "the input cannot be written");
    }

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

/// Makes the file with this name in a folder. (write_file waits for the disk.)
inline void write_input(const std::string& path, std::string_view bytes) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    require(file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fclose(file) == 0,
            "the input cannot be written");
}

/// A message is one line that a terminal can show, not endless, and says which file is meant.
inline void check_message(const std::string& message, const std::string& name) {
    constexpr std::size_t most = 4000;  // a shape may have 64 axes of 20 digits
    const std::string shown = printable(message, std::string::npos);
    require(!message.empty() && message.size() <= most, "a message of " + std::to_string(message.size()) + " bytes");
    require(shown == message, "a message that is not printable: " + shown);
    require(message.find(name) != std::string::npos, "a message that does not name " + name + ": " + shown);
}

/// Whether `read` reads its input. It may refuse it by exactly one of these two errors; anything else that is thrown
/// leaves the target, which makes it a finding.
template <class Read>
bool reads(const std::string& name, const Read& read) {
    try {
        read();
        return true;
    } catch (const std::runtime_error& error) {
        if (typeid(error) != typeid(std::runtime_error)) throw;
        check_message(error.what(), name);
    } catch (const std::invalid_argument& error) {
        if (typeid(error) != typeid(std::invalid_argument)) throw;
        check_message(error.what(), name);
    }
    return false;
}

inline std::string input_of(const std::uint8_t* data, std::size_t size) {
    return std::string(reinterpret_cast<const char*>(data), size);
}

}  // namespace vit

/// What libFuzzer calls; `data` is the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
/// libFuzzer's own way to change an input, which may have `most` bytes then; returns how many it has.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
/// What libFuzzer calls to change an input if the target has a better way.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);
