#include "common/files/safetensors_numbers.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
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

/// A type of 16 bits, as the numbers it has: those with so many bits of fraction, and no smaller exponent.
struct Short {
    int fraction_bits, least_exponent;
    double largest;
};
constexpr Short float16{10, -14, 65504}, bfloat16{7, -126, 0x1.fep127};

/// The nearest number that the type has. Throws std::invalid_argument if it has none.
float nearest(const Short& type, Scalar number) {
    const auto exact = static_cast<double>(number);
    int exponent = 0;
    std::frexp(exact, &exponent);  // |exact| is from 2^(exponent - 1) to 2^exponent
    const int unit = std::max(exponent - 1, type.least_exponent) - type.fraction_bits;
    const double rounded = std::ldexp(std::nearbyint(std::ldexp(exact, -unit)), unit);
    if (!(std::abs(rounded) <= type.largest))
        throw std::invalid_argument(fmt::format("{} is no number from {} to {}", exact, -type.largest, type.largest));
    return static_cast<float>(rounded);
}

void append(std::string& bytes, const auto& number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// The way back of to_scalar(Float16).
Float16 to_float16(Scalar number) {
    const float value = nearest(float16, number);
    const auto sign = std::uint32_t{std::signbit(value)} << 15;
    return {static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(std::abs(value) * 0x1p-112f) >> 13 | sign)};
}

BFloat16 to_bfloat16(Scalar number) {
    return {static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(nearest(bfloat16, number)) >> 16)};
}

}  // namespace

std::string to_bytes(std::span<const Scalar> scalars, std::string_view dtype) {
    std::string bytes;
    for (const Scalar scalar : scalars) {
        if (dtype == "F64")
            append(bytes, static_cast<double>(scalar));
        else if (dtype == "F32")
            append(bytes, static_cast<float>(scalar));
        else if (dtype == "F16")
            append(bytes, to_float16(scalar));
        else if (dtype == "BF16")
            append(bytes, to_bfloat16(scalar));
        else
            throw std::invalid_argument("to_bytes: no number type to write: " + std::string(dtype));
    }
    return bytes;
}

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
