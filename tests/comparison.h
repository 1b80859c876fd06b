// How a test compares tensors: CHECK(same(y, wanted, "BNF", 1e-12)). One that fails says where they part:
//
//     CHECK( first at B=1 N=0 F=3: got 0.5, wanted 0.25; largest difference 0.5 at B=1 N=4 F=2; 12 of 60 numbers differ
//     )
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/tensor/shape.h"

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

/// Is every number of `got` within tolerance * max(1, |wanted|) of the one in `wanted`? NaN is the same as nothing.
/// `axes` has a letter for each axis; without letters the axes are told by their place: (1, 0, 3).
Comparison compare(const Numbers& got, const Numbers& wanted, std::string_view axes, double tolerance);

}  // namespace vit

namespace doctest {
template <>
struct StringMaker<vit::Comparison> {
    static String convert(const vit::Comparison& comparison) {
        return comparison ? "no difference" : comparison.difference.c_str();
    }
};
}  // namespace doctest
