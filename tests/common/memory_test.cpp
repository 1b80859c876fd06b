#include "common/program/memory.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "tests/testing.h"

namespace vit {
namespace {

/// Page faults of this process so far.
[[maybe_unused]] long page_faults() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

}  // namespace

// The sanitizers bring their own memory management, other C libraries too.
#if defined(__GLIBC__) && !defined(XTENSOR_ENABLE_ASSERT)
TEST_CASE("a large block that was freed is allocated again without page faults") {
    keep_freed_memory();
    long faults = 0;
    for (int round = 0; round < 3; ++round) {
        const long before = page_faults();
        std::vector<char> block(100 << 20, 'x');
        CHECK(block[block.size() / 2] == 'x');
        faults = page_faults() - before;
    }
    CHECK(faults < 100);  // 100 MB are 25,600 pages
}
#endif

#if defined(__linux__) && !defined(XTENSOR_ENABLE_ASSERT)
TEST_CASE("an allocation that the machine cannot give fails, others do not") {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        limit_memory();
        std::vector<std::unique_ptr<char[]>> blocks;
        const auto is_given = [&](std::size_t bytes) {
            try {
                blocks.emplace_back(new char[bytes]);  // which nobody touches
                return true;
            } catch (const std::bad_alloc&) {
                return false;
            }
        };
        int count = 0;
        while (count < 100'000 && is_given(1 << 30)) ++count;  // up to 100 TB
        blocks.clear();
        _exit(count < 100'000 && is_given(300 << 20) ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
}
#endif

}  // namespace vit
