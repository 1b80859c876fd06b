#include "common/parallel.h"

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

std::size_t core_count() { return std::max(1u, std::thread::hardware_concurrency()); }

std::size_t thread_limit() { return limit == 0 ? core_count() : limit; }

ThreadLimit::ThreadLimit(std::size_t count) : before_(limit) { limit = count; }

ThreadLimit::~ThreadLimit() { limit = before_; }

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
    static std::atomic<bool> busy = false;
    std::vector<std::exception_ptr> errors(count);
    std::vector<std::function<void()>> calls;
    for (std::size_t index = 0; index < count; ++index) {
        calls.push_back([&, index] {
            const ThreadLimit one(1);  // work within the work is not split again
            try {
                work(index);
            } catch (...) {
                errors[index] = std::current_exception();
            }
        });
    }
    if (count < 2 || busy.exchange(true)) {
        for (const auto& call : calls) call();
    } else {
        const auto& others = helpers(count - 1);
        for (std::size_t index = 1; index < count; ++index) others[index - 1]->start(calls[index]);
        calls[0]();
        for (std::size_t index = 1; index < count; ++index) others[index - 1]->wait();
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
    constexpr double worth_a_thread = 20'000;  // nanoseconds: a few times as long as it takes to wake one
    const double useful = static_cast<double>(total) * nanoseconds_each / worth_a_thread;
    const auto count = static_cast<std::size_t>(std::min({useful, static_cast<double>(total), static_cast<double>(thread_limit())}));
    if (count < 2) return work(0, total);
    in_parallel(count, [&](std::size_t index) {
        const auto [begin, end] = slice(total, count, index);
        work(begin, end);
    });
}

}  // namespace vit
