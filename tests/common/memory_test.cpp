#include "common/program/memory.h"

#include <sys/resource.h>

#include <cstdlib>
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

}  // namespace vit
