#include "common/program/interrupt.h"

#include <csignal>

namespace vit {
namespace {

// A signal handler can reach nothing but a global.
volatile std::sig_atomic_t request = 0;

void note_request(int signal) {
    request = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
    request = 0;
    std::signal(SIGINT, note_request);
    std::signal(SIGTERM, note_request);
}

Interrupt::~Interrupt() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

bool Interrupt::requested() const {
    return request != 0;
}

}  // namespace vit
