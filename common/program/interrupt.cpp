#include "common/program/interrupt.h"

#include <atomic>

namespace vit {
namespace {

// A signal handler can reach nothing but a global. It may run in any thread, in the middle of anything.
std::atomic<bool> request = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void note_request(int signal) {
    if (!request.exchange(true)) return;
    ::signal(signal, SIG_DFL);
    raise(signal);  // takes effect when this function returns
}

}  // namespace

Interrupt::Interrupt() {
    request = false;
    struct sigaction action {};
    action.sa_handler = note_request;
    action.sa_flags = SA_RESTART;  // a file that is being written does not notice
    for (std::size_t i = 0; i < signals_.size(); ++i) {
        sigaction(signals_[i], nullptr, &before_[i]);
        if (before_[i].sa_handler != SIG_IGN) sigaction(signals_[i], &action, nullptr);
    }
}

Interrupt::~Interrupt() {
    for (std::size_t i = 0; i < signals_.size(); ++i) sigaction(signals_[i], &before_[i], nullptr);
}

bool Interrupt::requested() const {
    return request;
}

}  // namespace vit
