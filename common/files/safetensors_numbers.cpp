#include "common/files/safetensors_numbers.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace vit {
namespace {

struct Float16 {  // 1 bit sign, 5 bits exponent, 10 bits fraction
    std::uint16_t bits;
};
struct BFloat16 {  // the first half of a float
    std::uint16_t bits;
};

template <class Number>
Scalar to_scalar(Number number) {
    return static_cast<Scalar>(number);
}

/// The bits are put where a float has its exponent and fraction. A float's exponent counts from -127, not from -15, so
/// what is there is 2^112 times too small, numbers with the exponent 0 among them. The exponent 31 is infinity or NaN.
Scalar to_scalar(Float16 number) {
    const std::uint32_t sign = (number.bits & 0x8000u) << 16, bits = (number.bits & 0x7fffu) << 13;
    const bool finite = (number.bits & 0x7c00u) != 0x7c00u;
    const float size = finite ? std::bit_cast<float>(bits) * 0x1p112f : std::bit_cast<float>(bits | 0x7f800000u);
    return static_cast<Scalar>(std::bit_cast<float>(std::bit_cast<std::uint32_t>(size) | sign));
}

Scalar to_scalar(BFloat16 number) {
    return static_cast<Scalar>(std::bit_cast<float>(std::uint32_t{number.bits} << 16));
}

template <class Number>
void convert(std::span<const char> bytes, std::span<Scalar> scalars) {
    if (scalars.empty()) return;
    if constexpr (std::is_same_v<Number, Scalar>) {
        std::memcpy(scalars.data(), bytes.data(), bytes.size());
        return;
    }
    for (std::size_t i = 0; i < scalars.size(); ++i) {
        Number number;
        std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
        scalars[i] = to_scalar(number);
    }
}

}  // namespace

void to_scalars(std::span<const char> bytes, std::string_view dtype, std::span<Scalar> scalars) {
    if (dtype == "F64") return convert<double>(bytes, scalars);
    if (dtype == "F32") return convert<float>(bytes, scalars);
    if (dtype == "F16") return convert<Float16>(bytes, scalars);
    if (dtype == "BF16") return convert<BFloat16>(bytes, scalars);
    if (dtype == "I64") return convert<std::int64_t>(bytes, scalars);
    if (dtype == "I32") return convert<std::int32_t>(bytes, scalars);
    if (dtype == "U8") return convert<std::uint8_t>(bytes, scalars);
    throw std::invalid_argument("to_scalars: unknown number type " + std::string(dtype));
}

}  // namespace vit
