#include "common/tensor/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

namespace vit {
namespace {

thread_local std::size_t limit = 0;  // 0: as many as there are cores

/// A thread that sleeps until it is given a call. To start a thread costs ten times as much as to wake one.
class Helper {
public:
    Helper() : thread_([this] { run(); }) {}
    ~Helper() { start(stop_); }

    /// Wakes the thread. `call` must live until wait() returns.
    void start(const std::function<void()>& call) {
        call_ = &call;
        call_.notify_all();
    }

    /// Returns when the call is done.
    void wait() {
        while (const std::function<void()>* call = call_) call_.wait(call);
    }

private:
    void run() {
        for (;;) {
            call_.wait(nullptr);
            const std::function<void()>* call = call_;
            if (call == &stop_) return;
            (*call)();
            call_ = nullptr;
            call_.notify_all();
        }
    }

    const std::function<void()> stop_;
    std::atomic<const std::function<void()>*> call_ = nullptr;  // null: nothing to do
    std::jthread thread_;                                       // last, so that it starts when the rest is there
};

/// At least so many helpers. They sleep until the program ends.
std::vector<std::unique_ptr<Helper>>& helpers(std::size_t count) {
    static std::vector<std::unique_ptr<Helper>> all;
    while (all.size() < count) all.push_back(std::make_unique<Helper>());
    return all;
}

}  // namespace

std::size_t core_count() {
    return std::max(1u, std::thread::hardware_concurrency());
}

std::size_t thread_limit() {
    return limit == 0 ? core_count() : limit;
}

ThreadLimit::ThreadLimit(std::size_t count) : before_(limit) {
    limit = count;
}

ThreadLimit::~ThreadLimit() {
    limit = before_;
}

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
    static std::atomic<bool> busy = false;
    std::vector<std::exception_ptr> errors(count);
    std::atomic<std::size_t> next = 0;
    const std::function<void()> take_turns = [&] {
        const ThreadLimit one(1);  // work within the work is not split again
        for (std::size_t index = next++; index < count; index = next++) {
            try {
                work(index);
            } catch (...) {
                errors[index] = std::current_exception();
            }
        }
    };
    const std::size_t threads = std::min(count, thread_limit());
    if (threads < 2 || busy.exchange(true)) {
        take_turns();
    } else {
        const auto& others = helpers(threads - 1);
        for (std::size_t i = 0; i + 1 < threads; ++i) others[i]->start(take_turns);
        take_turns();
        for (std::size_t i = 0; i + 1 < threads; ++i) others[i]->wait();
        busy = false;
    }
    for (const std::exception_ptr& error : errors) {
        if (error) std::rethrow_exception(error);
    }
}

std::pair<std::size_t, std::size_t> slice(std::size_t total, std::size_t count, std::size_t index) {
    return {total * index / count, total * (index + 1) / count};
}

void in_slices(std::size_t total, double nanoseconds_each, const std::function<void(std::size_t, std::size_t)>& work) {
    if (total == 0) return;
    constexpr double worth_a_thread = 20'000;  // nanoseconds: a few times as long as it takes to wake one
    constexpr std::size_t slices_of_a_thread =
        2;  // where another program holds one core up, the others take more slices
    const std::size_t most = thread_limit() == 1 ? 1 : std::min(total, thread_limit() * slices_of_a_thread);
    const auto count = static_cast<std::size_t>(
        std::min(static_cast<double>(total) * nanoseconds_each / worth_a_thread, static_cast<double>(most)));
    if (count < 2) return work(0, total);
    in_parallel(count, [&](std::size_t index) {
        const auto [begin, end] = slice(total, count, index);
        work(begin, end);
    });
}

}  // namespace vit
