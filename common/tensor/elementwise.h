// Functions of one number, for every number of a tensor.
//
// A processor has vector registers: one instruction adds, multiplies or compares 8 or 16 numbers side by side. xsimd
// calls such a register a batch, gives it the operators of a number, and has xsimd::exp, erf and tanh for it. A
// function written for `auto z` is therefore written as for one number and computes a whole register at a time:
//
//     elementwise(x, [](auto z) { return z / (Scalar(1) + xsimd::exp(-z)); })
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <xsimd/xsimd.hpp>

#include "common/tensor/parallel.h"
#include "common/tensor/tensor.h"

namespace vit {

/// As many numbers as fit into a vector register.
using Register = xsimd::batch<Scalar>;

/// y_i = function(x_i, ...) for spans of the same size; y may be one of the others. Every number is computed by the
/// same instructions, wherever it stands: the last register overlaps the one before, and a span that is shorter than a
/// register is padded with zeros.
template <class Function, class... Spans>
void elementwise_into(std::span<Scalar> y, const Function& function, const Spans&... x) {
    const std::size_t size = y.size();
    if (size >= Register::size) {
        // From the end. A register is stored after the next one was read, which it may overlap.
        std::size_t place = size - Register::size;
        Register done = function(Register::load_unaligned(x.data() + place)...);
        for (std::size_t i = (place + Register::size - 1) / Register::size * Register::size; i > 0;) {
            i -= Register::size;
            const Register next = function(Register::load_unaligned(x.data() + i)...);
            done.store_unaligned(y.data() + place);
            done = next;
            place = i;
        }
        done.store_unaligned(y.data());
        return;
    }
    const auto padded = [&](std::span<const Scalar> numbers) {
        std::array<Scalar, Register::size> buffer{};
        std::copy_n(numbers.data(), size, buffer.data());
        return Register::load_unaligned(buffer.data());
    };
    std::array<Scalar, Register::size> buffer;
    function(padded(x)...).store_unaligned(buffer.data());
    std::copy_n(buffer.data(), size, y.data());
}

/// dx = function(x, dy), all of the same shape, which is not checked: the way back through such a function.
template <std::size_t Rank, class Function>
Tensor<Rank> elementwise(const Tensor<Rank>& x, const Tensor<Rank>& dy, const Function& function) {
    constexpr double nanoseconds_each = 1;  // for a number: what an exponential takes, and some arithmetic
    Tensor<Rank> dx(x.shape());
    in_slices(x.size(), nanoseconds_each, [&](std::size_t begin, std::size_t end) {
        const std::size_t size = end - begin;
        elementwise_into({dx.data() + begin, size}, function, std::span(x.data() + begin, size),
                         std::span(dy.data() + begin, size));
    });
    return dx;
}

/// y = function(x), of x's shape. The cores share the numbers out.
template <std::size_t Rank, class Function>
Tensor<Rank> elementwise(const Tensor<Rank>& x, const Function& function) {
    return elementwise(x, x, [&](auto z, auto) { return function(z); });
}

/// y_j = exp(x_j - shift) for two rows of the same size; y may be x.
inline void exponentials(std::span<const Scalar> x, Scalar shift, std::span<Scalar> y) {
    elementwise_into(
        y, [shift](Register z) { return xsimd::exp(z - shift); }, x);
}

}  // namespace vit
