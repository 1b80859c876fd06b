// Work split over the processor's cores.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

namespace vit {

/// The number of cores.
std::size_t core_count();

/// Calls work(0), ..., work(count - 1), each in a thread of its own, and waits for all. The calls must not write to the
/// same memory. If calls throw, the exception of the first of them is thrown again.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

/// The part of [0, total) that falls to one of `count` workers, as [begin, end): all nearly the same size, in order.
std::pair<std::size_t, std::size_t> slice(std::size_t total, std::size_t count, std::size_t index);

/// How many threads a matrix product uses by itself; at first all cores. Products with the same number of threads give
/// the same bits.
std::size_t product_threads();

/// Sets that number for as long as it lives: to one, where the work around the products is already split.
class ProductThreads {
public:
    explicit ProductThreads(std::size_t count);
    ~ProductThreads();
    ProductThreads(const ProductThreads&) = delete;
    ProductThreads& operator=(const ProductThreads&) = delete;

private:
    std::size_t before_;
};

}  // namespace vit
