// For tests of what a program prints.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace vit {

/// While it lives, what is written to a file descriptor goes to a file.
class Redirected {
public:
    Redirected(int descriptor, const std::string& path) : descriptor_(descriptor), before_(dup(descriptor)) {
        std::fflush(nullptr);
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0600);
        dup2(file, descriptor_);
        close(file);
    }
    ~Redirected() {
        std::fflush(nullptr);
        dup2(before_, descriptor_);
        close(before_);
    }
    Redirected(const Redirected&) = delete;
    Redirected& operator=(const Redirected&) = delete;

private:
    int descriptor_;
    int before_;
};

}  // namespace vit
