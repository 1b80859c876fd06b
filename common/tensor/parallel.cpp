#include "common/tensor/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <vector>

#include "common/tensor/threads.h"

namespace vit {
namespace {

thread_local std::size_t limit = 0;  // 0: as many as there are cores

/// Counts up wherever one thread hands over to another. oneTBB sees to it that the other finds everything in place; but
/// ThreadSanitizer, which sees nothing of what a library does, learns from this counter who came first.
std::atomic<std::size_t> handovers = 0;

}  // namespace

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
    if (count == 0) return;
    std::vector<std::exception_ptr> errors(count);
    std::atomic<std::size_t> next = 0;
    const auto take_turns = [&] {
        const ThreadLimit one(1);  // work within the work is not split again
        for (std::size_t index = next++; index < count; index = next++) {
            try {
                work(index);
            } catch (...) {
                errors[index] = std::current_exception();
            }
        }
    };
    // A function of one reference is passed on without a look into it: the first thing that is read is the counter.
    const std::function<void()> handed_over = [&take_turns] {
        ++handovers;
        take_turns();
        ++handovers;
    };
    ++handovers;
    call_in_threads(std::min({count, thread_limit(), core_count()}), handed_over);
    ++handovers;
    for (const std::exception_ptr& error : errors) {
        if (error) std::rethrow_exception(error);
    }
}

std::pair<std::size_t, std::size_t> slice(std::size_t total, std::size_t count, std::size_t index) {
    return {total * index / count, total * (index + 1) / count};
}

void in_slices(std::size_t total, double nanoseconds_each, const std::function<void(std::size_t, std::size_t)>& work) {
    if (total == 0) return;
    constexpr double worth_a_thread = 20'000;      // nanoseconds: a few times as long as it takes to wake one
    constexpr std::size_t slices_of_a_thread = 2;  // where another program holds up one core, the others take more
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
