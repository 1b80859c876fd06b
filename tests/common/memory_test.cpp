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
        int given = 0;
        try {
            for (; given < 100'000; ++given) blocks.emplace_back(new char[1 << 30]);  // 100 TB, which nobody touches
        } catch (const std::bad_alloc&) {
        }
        blocks.clear();
        const bool goes_on = given == 0 || std::unique_ptr<char[]>(new char[100 << 20]);
        _exit(given < 100'000 && goes_on ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
}
#endif

}  // namespace vit
