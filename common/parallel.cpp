#include "common/parallel.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

extern "C" void openblas_set_num_threads(int count);
extern "C" int openblas_get_num_threads();

namespace vit {

std::size_t core_count() { return std::max(1u, std::thread::hardware_concurrency()); }

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::vector<std::exception_ptr> errors(count);
    const auto guarded = [&](std::size_t index) {
        try {
            work(index);
        } catch (...) {
            errors[index] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> threads;  // joined at the end of this block
        for (std::size_t index = 1; index < count; ++index) threads.emplace_back(guarded, index);
        if (count > 0) guarded(0);
    }
    for (const std::exception_ptr& error : errors) {
        if (error) std::rethrow_exception(error);
    }
}

std::pair<std::size_t, std::size_t> slice(std::size_t total, std::size_t count, std::size_t index) {
    return {total * index / count, total * (index + 1) / count};
}

std::size_t product_threads() { return static_cast<std::size_t>(openblas_get_num_threads()); }

ProductThreads::ProductThreads(std::size_t count) : before_(product_threads()) {
    openblas_set_num_threads(static_cast<int>(count));
}

ProductThreads::~ProductThreads() { openblas_set_num_threads(static_cast<int>(before_)); }

}  // namespace vit
