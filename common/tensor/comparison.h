// Are two tensors the same, and if not, where do they part? A comparison answers in words, by axis name:
//
//     first at B=1 N=0 F=3: got 0.5, wanted 0.25; largest difference 0.5 at B=1 N=4 F=2; 12 of 60 numbers differ
//
// Programs that compute something in two ways ask it, and every test: CHECK(same(y, wanted, "BNF", 1e-12)).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// The answer to "are they the same?": true, or false and in words what differs.
struct Comparison {
    std::string difference;  // empty if there is none
    explicit operator bool() const { return difference.empty(); }
};

/// A tensor of any rank and number type.
struct Numbers {
    Shape shape;
    std::vector<double> values;
};

/// Where this number of a tensor stands: "B=1 N=0 F=3", or without letters "(1, 0, 3)". An axis called 1 has one place
/// and is left out, unless all are called so.
std::string place_of(std::size_t number, const Shape& shape, std::string_view axes);

/// Is every number of `got` within tolerance * max(1, |wanted|) of the one in `wanted`? NaN is the same as nothing.
/// `axes` has a letter for each axis; without letters the axes are told by their place: (1, 0, 3).
Comparison compare(const Numbers& got, const Numbers& wanted, std::string_view axes, double tolerance);

template <std::size_t Rank>
Numbers numbers(const Tensor<Rank>& x) {
    return {shape_of(x), {x.begin(), x.end()}};
}

/// Are two tensors the same, up to tolerance * max(1, |wanted|) or, without a tolerance, to the bit? `axes` has a
/// letter for each axis.
template <std::size_t Rank>
Comparison same(const Tensor<Rank>& got, const std::type_identity_t<Tensor<Rank>>& wanted, const char (&axes)[Rank + 1],
                double tolerance = 0) {
    return compare(numbers(got), numbers(wanted), axes, tolerance);
}

/// Throws std::logic_error "WHAT: first at ..." if they are not the same.
template <std::size_t Rank>
void require_same(const std::string& what, const Tensor<Rank>& got, const std::type_identity_t<Tensor<Rank>>& wanted,
                  const char (&axes)[Rank + 1], double tolerance) {
    const Comparison comparison = same(got, wanted, axes, tolerance);
    if (!comparison) throw std::logic_error(what + ": " + comparison.difference);
}

}  // namespace vit
