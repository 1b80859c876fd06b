#include "00_gradient/upstream.h"

#include "tests/testing.h"

namespace vit {
namespace {

Tensor<1> tensor(const Row& row) {
    return {row[0], row[1], row[2]};
}

}  // namespace

TEST_CASE("the right backward pass of softmax agrees with differences for any dy, the wrong one for dy = 1 alone") {
    const Row x{0.5, -0.25, 1.75}, y = softmax_of_three(x);
    CHECK(y[0] + y[1] + y[2] == doctest::Approx(1).epsilon(1e-15).scale(0));

    const Row ones{1, 1, 1}, random{0.7, -1.1, 0.4};
    const Tensor<1> blind = tensor(softmax_of_three_by_differences(x, ones));
    CHECK(same(blind, {0, 0, 0}, "D", 1e-10));
    CHECK(same(tensor(softmax_of_three_backward(y, ones)), blind, "D", 1e-10));
    CHECK(same(tensor(softmax_of_three_backward_without_its_factor(y, ones)), blind, "D", 1e-10));

    const Tensor<1> seeing = tensor(softmax_of_three_by_differences(x, random));
    CHECK(same(tensor(softmax_of_three_backward(y, random)), seeing, "D", 1e-10));
    CHECK_FALSE(same(tensor(softmax_of_three_backward_without_its_factor(y, random)), seeing, "D", 0.1));
}

}  // namespace vit
