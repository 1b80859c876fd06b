// Threads, from oneTBB.
#pragma once

#include <cstddef>
#include <functional>

namespace vit {

/// The number of cores that this process may run on.
std::size_t core_count();

/// Calls work() `count` times, at least once: here and, where cores are free, in other threads side by side. Waits for
/// all. `work` must not throw.
void call_in_threads(std::size_t count, const std::function<void()>& work);

}  // namespace vit
