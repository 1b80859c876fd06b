#include "common/tensor/parallel.h"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/testing.h"

namespace vit {

TEST_CASE("slices cover everything once, in order, and differ by at most one") {
    for (std::size_t total : {0u, 1u, 7u, 64u}) {
        for (std::size_t count : {1u, 2u, 3u, 10u}) {
            std::size_t next = 0;
            for (std::size_t i = 0; i < count; ++i) {
                const auto [begin, end] = slice(total, count, i);
                CHECK(begin == next);
                CHECK(end - begin <= total / count + 1);
                CHECK(end - begin >= total / count);
                next = end;
            }
            CHECK(next == total);
        }
    }
}

TEST_CASE("in_parallel calls each number once and waits for all") {
    for (std::size_t count : {0u, 1u, 2u, 9u}) {
        std::vector<int> calls(count, 0);
        in_parallel(count, [&](std::size_t i) { ++calls[i]; });
        CHECK(calls == std::vector<int>(count, 1));
    }
}

TEST_CASE("an exception in a thread comes out, the first of them, after all threads are done") {
    std::atomic<int> done = 0;
    CHECK(error_of<std::runtime_error>([&] {
              in_parallel(4, [&](std::size_t i) {
                  ++done;
                  if (i >= 2) throw std::runtime_error("thread " + std::to_string(i));
              });
          }) == "thread 2");
    CHECK(done == 4);
}

TEST_CASE("work within the work is done by the same thread, and the helpers serve again after it") {
    for (int round = 0; round < 3; ++round) {
        std::vector<int> calls(6, 0);
        in_parallel(2, [&](std::size_t outer) {
            CHECK(thread_limit() == 1);
            const auto here = std::this_thread::get_id();
            in_parallel(3, [&](std::size_t inner) {
                CHECK(std::this_thread::get_id() == here);
                ++calls[outer * 3 + inner];
            });
        });
        CHECK(calls == std::vector<int>(6, 1));
    }
}

TEST_CASE("a thread limit holds as long as it lives, and 0 is all cores") {
    const std::size_t before = thread_limit();
    CHECK(before == core_count());
    {
        const ThreadLimit three(3);
        CHECK(thread_limit() == 3);
        const ThreadLimit all(0);
        CHECK(thread_limit() == core_count());
    }
    CHECK(thread_limit() == before);
}

TEST_CASE("in_slices covers everything once, and shares out only what is worth a thread") {
    const auto slices = [](std::size_t total, double nanoseconds_each) {
        std::mutex mutex;
        std::vector<int> calls(total, 0);
        std::size_t count = 0;
        in_slices(total, nanoseconds_each, [&](std::size_t begin, std::size_t end) {
            const std::scoped_lock lock(mutex);
            ++count;
            for (std::size_t i = begin; i < end; ++i) ++calls[i];
        });
        CHECK(calls == std::vector<int>(total, 1));
        return count;
    };
    const ThreadLimit three(3);
    CHECK(slices(100, 1) == 1);
    CHECK(slices(100, 500) == 2);
    CHECK(slices(100, 1e6) == 6);
    CHECK(slices(5, 1e6) == 5);
    CHECK(slices(1, 1e6) == 1);
    CHECK(slices(0, 1e6) == 0);
    const ThreadLimit one(1);
    CHECK(slices(100, 1e6) == 1);
}

}  // namespace vit
