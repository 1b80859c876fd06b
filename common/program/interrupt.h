// Ctrl-C as a request to come to a good end.
#pragma once

#include <signal.h>

#include <array>

namespace vit {

/// While it lives, Ctrl-C and a polite kill (SIGINT, SIGTERM) no longer end the program at once; requested() tells that
/// one came. A second one ends the program as usual. A signal that the program was started to ignore, as one in the
/// background may be, stays ignored. There can be one at a time.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    bool requested() const;

private:
    static constexpr std::array<int, 2> signals_ = {SIGINT, SIGTERM};
    std::array<struct sigaction, signals_.size()> before_;  // what each of them did
};

}  // namespace vit
