// A file whose bytes are read where they are: mapped into the memory of the process.
//
// A mapped file is an array. The system reads a page of it (4096 bytes) when that page is first touched, from the disk
// or from what it still holds of the file, and nothing is copied into a buffer on the way.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vit {

/// The bytes of a file, as long as the object lives. They stay the same if the file is removed, or replaced as
/// write_file does it.
///
/// Not so if another program cuts the very file: who touches a page that is no longer there, or that a failing disk
/// cannot give, gets the signal SIGBUS, which ends the process. Only a handler of that signal could make an error of
/// it, and for the whole process at that. This is accepted, because a file that is cut while it is read is lost in any
/// case: what is missing is the message. Map a file for as long as it takes to read it.
class MappedFile {
public:
    /// Throws std::runtime_error, where `reader` is the function for which the file is opened:
    /// "READER: cannot open PATH: No such file or directory".
    MappedFile(const std::string& path, std::string_view reader);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::string& path() const { return path_; }
    std::span<const char> bytes() const { return {static_cast<const char*>(address_), size_}; }

    /// Gives the memory of all pages that were touched back to the system. Call it after each part that was read, and
    /// the process never holds the whole file. A page that is touched again comes again.
    void give_back() const;

private:
    std::string path_;
    void* address_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace vit
