// What a new tensor's memory holds before anything is written there: NaN, in the programs that judge.
//
// Elsewhere it holds what was there before, often 0 by luck, and a function that forgets to write passes. Tensors get
// their memory, which is aligned for vector instructions, from posix_memalign; this one takes the place of the C
// library's. Sanitizers bring their own, and the build then leaves this file out.
#include <cerrno>
#include <cstdlib>  // defines __GLIBC__ where there is one
#include <cstring>

#ifdef __GLIBC__
#include <malloc.h>

extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
    void* const fresh = memalign(alignment, size);
    if (fresh == nullptr && size > 0) return ENOMEM;
    if (fresh != nullptr) std::memset(fresh, 0xff, size);  // eight such bytes are a NaN, and so are four
    *memory = fresh;
    return 0;
}
#endif
