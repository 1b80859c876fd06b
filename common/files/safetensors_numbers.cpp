#include "common/files/safetensors_numbers.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

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

Scalar to_scalar(Float16 number) {
    const int exponent = (number.bits >> 10) & 31, fraction = number.bits & 1023;
    float size = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
    if (exponent == 0) size = std::ldexp(static_cast<float>(fraction), -24);
    if (exponent == 31) size = fraction == 0 ? INFINITY : NAN;
    return static_cast<Scalar>(number.bits >> 15 ? -size : size);
}

Scalar to_scalar(BFloat16 number) {
    return static_cast<Scalar>(std::bit_cast<float>(std::uint32_t{number.bits} << 16));
}

/// The bytes may lie at any address.
template <class Number>
std::vector<Scalar> convert(const std::vector<char>& bytes) {
    std::vector<Scalar> values(bytes.size() / sizeof(Number));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Number number;
        std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
        values[i] = to_scalar(number);
    }
    return values;
}

}  // namespace

std::vector<Scalar> to_scalars(const std::vector<char>& bytes, std::string_view dtype) {
    if (dtype == "F64") return convert<double>(bytes);
    if (dtype == "F32") return convert<float>(bytes);
    if (dtype == "F16") return convert<Float16>(bytes);
    if (dtype == "BF16") return convert<BFloat16>(bytes);
    if (dtype == "I64") return convert<std::int64_t>(bytes);
    if (dtype == "I32") return convert<std::int32_t>(bytes);
    if (dtype == "U8") return convert<std::uint8_t>(bytes);
    throw std::invalid_argument("to_scalars: unknown number type " + std::string(dtype));
}

}  // namespace vit
