// Work split over the processor's cores.
//
// How work is split depends on its size and on the number of threads only, never on which thread is done first: the
// same number of threads gives the same bits.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "common/tensor/threads.h"  // core_count

namespace vit {

/// How many threads the work of this thread is split for: one for each core, unless a ThreadLimit says otherwise; one
/// inside in_parallel, where the cores have work already. Work that is split for more threads than there are cores is
/// done by one thread for each core: more would only wait for each other.
std::size_t thread_limit();

/// Sets that number for as long as it lives, for the thread that makes it; 0: all cores.
class ThreadLimit {
public:
    explicit ThreadLimit(std::size_t count);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

private:
    std::size_t before_;
};

/// Calls work(0), ..., work(count - 1) and waits for all. At most thread_limit() threads take them in turn; inside of
/// other such work, the calling thread alone. The calls must not write to the same memory. If calls throw,
/// the exception of the first of them is thrown again.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

/// The part of [0, total) that falls to one of `count` workers, as [begin, end): all nearly the same size, in order.
std::pair<std::size_t, std::size_t> slice(std::size_t total, std::size_t count, std::size_t index);

/// Calls work(begin, end) for slices that cover [0, total), in parallel, a few for each thread. An item takes about so
/// many nanoseconds: work that is done sooner than a thread wakes up is not shared out.
void in_slices(std::size_t total, double nanoseconds_each, const std::function<void(std::size_t, std::size_t)>& work);

}  // namespace vit
