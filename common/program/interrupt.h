// Ctrl-C as a request to come to a good end.
#pragma once

namespace vit {

/// While it lives, Ctrl-C and a polite kill (SIGINT, SIGTERM) no longer end the program at once; requested() tells that
/// one came. A second Ctrl-C ends the program as usual.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    bool requested() const;
};

}  // namespace vit
