#include "common/parallel.h"

#include <atomic>
#include <stdexcept>
#include <vector>

#include "common/matmul.h"
#include "common/random.h"
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
    CHECK(error_of([&] {
              in_parallel(4, [&](std::size_t i) {
                  ++done;
                  if (i >= 2) throw std::runtime_error("thread " + std::to_string(i));
              });
          }) == "thread 2");
    CHECK(done == 4);
}

TEST_CASE("the threads of products are as before when the setting ends") {
    const std::size_t before = product_threads();
    {
        const ProductThreads one(1);
        CHECK(product_threads() == 1);
    }
    CHECK(product_threads() == before);
}

TEST_CASE("a batched product gives the same bits however many threads share it") {
    Rng rng(1);
    const Tensor<4> a = rng.normal_tensor<4>({2, 3, 5, 7}), b = rng.normal_tensor<4>({2, 3, 7, 4});
    const ProductThreads one(1);
    const Tensor<4> alone = matmul_batched(a, b);
    const ProductThreads two(2);
    CHECK(matmul_batched(a, b) == alone);
    CHECK(product_threads() == 2);
}

}  // namespace vit
