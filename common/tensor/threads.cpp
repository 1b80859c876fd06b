#include "common/tensor/threads.h"

#include <tbb/info.h>
#include <tbb/task_group.h>

namespace vit {

std::size_t core_count() {
    static const auto count = static_cast<std::size_t>(tbb::info::default_concurrency());
    return count;
}

void call_in_threads(std::size_t count, const std::function<void()>& work) {
    if (count == 1) return work();
    tbb::task_group others;
    for (std::size_t i = 1; i < count; ++i) others.run([&] { work(); });
    work();
    others.wait();
}

}  // namespace vit
