// Changes of a safetensors file that keep what it begins with, the length of its header: hardly a change would come
// further than there.
#pragma once

#include <cstring>

#include "tests/fuzz/fuzz.h"

namespace vit {

/// Changes either the header or the numbers behind it, if the input is long enough to have both.
inline std::size_t mutate_safetensors(std::uint8_t* data, std::size_t size, std::size_t most, bool header) {
    constexpr std::size_t begin = sizeof(std::uint64_t);
    std::uint64_t length = 0;
    if (size >= begin) std::memcpy(&length, data, begin);
    if (size < begin || length > size - begin) return LLVMFuzzerMutate(data, size, most);
    const std::size_t end = begin + length;
    if (!header) return end + LLVMFuzzerMutate(data + end, size - end, most - end);

    const std::string numbers = input_of(data + end, size - end);
    length = LLVMFuzzerMutate(data + begin, length, most - begin - numbers.size());
    std::memcpy(data, &length, begin);
    std::memcpy(data + begin + length, numbers.data(), numbers.size());
    return begin + length + numbers.size();
}

}  // namespace vit

/// Half of the inputs are changed as any bytes are.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, most);
    return vit::mutate_safetensors(data, size, most, seed % 8 != 1);
}
