#include "common/program/memory.h"

#include <cstdlib>  // defines __GLIBC__ where there is one
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace vit {

void keep_freed_memory() {
#ifdef __GLIBC__
    // Every step of a training allocates the same tensors and frees them again. By default glibc takes a large block
    // from the system and gives it back when it is freed; the next step then waits for the system to hand out and clear
    // each page once more (a page fault every 4096 bytes), which can cost more than the arithmetic.
    mallopt(M_MMAP_MAX, 0);         // no block is a mapping of its own, which freeing would return to the system
    mallopt(M_TRIM_THRESHOLD, -1);  // the free end of the heap is never returned either
    mallopt(M_TOP_PAD, 64 << 20);   // the heap grows by 64 MB at a time; pages that nobody touches cost nothing
#endif
}

}  // namespace vit
