#include "00_gradient/small_linear.h"

#include "00_gradient/examples.h"
#include "00_gradient/mistakes.h"
#include "tests/testing.h"

namespace vit {
namespace {

const SmallLinear p{.w1 = 0.5, .w2 = -1, .b = 1};
const Example one{.x = {2, 3}, .target = 1}, other{.x = {-1, 2}, .target = -2.5};

void check_same(const SmallLinear& got, const SmallLinear& wanted, double tolerance) {
    CHECK(same(Tensor<1>{got.w1, got.w2, got.b}, {wanted.w1, wanted.w2, wanted.b}, "P", tolerance));
}

}  // namespace

TEST_CASE("the small Linear, worked by hand") {
    CHECK(small_linear_forward(p, one.x) == -1);
    CHECK(squared_error(-1, 1) == 2);
    CHECK(squared_error_backward(-1, 1) == -2);
    SmallLinear grad;
    const Inputs dx = small_linear_backward(p, one.x, -2, grad);
    CHECK(dx.x1 == -1);
    CHECK(dx.x2 == 2);
    check_same(grad, {-4, -6, -2}, 0);
    small_linear_backward(p, one.x, -2, grad);
    check_same(grad, {-8, -12, -4}, 0);  // a second pass adds
}

TEST_CASE("the loss of examples is the sum of their losses, and so is its gradient") {
    CHECK(loss_of(p, {one, other}) == 2.5);
    check_same(gradient_of(p, {one}), {-4, -6, -2}, 0);
    check_same(gradient_of(p, {other}), {-1, 2, 1}, 0);
    check_same(gradient_of(p, {one, other}), {-5, -4, -1}, 0);
    check_same(gradient_by_differences(p, {one, other}), {-5, -4, -1}, 1e-9);
}

TEST_CASE("a step downhill takes the loss down by a factor that is known") {
    // y moves by rate * dy * (x1^2 + x2^2 + 1), so y - target shrinks by the factor 1 - 14 rate.
    const SmallLinear next = step_downhill(p, gradient_of(p, {one}), 0.05);
    check_same(next, {0.7, -0.7, 1.1}, 1e-15);
    CHECK(loss_of(next, {one}) == doctest::Approx(2 * 0.3 * 0.3).epsilon(1e-12).scale(0));
}

TEST_CASE("differences find both mistakes") {
    const SmallLinear differences = gradient_by_differences(p, {one, other});
    const SmallLinear overwritten = gradient_of(p, {one, other}, small_linear_backward_that_overwrites);
    const SmallLinear uphill = gradient_of(p, {one, other}, small_linear_backward_with_a_wrong_sign);
    check_same(overwritten, gradient_of(p, {other}), 0);
    check_same(uphill, {5, 4, 1}, 0);
    CHECK_FALSE(same(Tensor<1>{overwritten.w1}, {differences.w1}, "P", 0.1));
    CHECK_FALSE(same(Tensor<1>{uphill.w1}, {differences.w1}, "P", 0.1));
    check_same(gradient_of(p, {one}, small_linear_backward_that_overwrites), {-4, -6, -2}, 0);  // one example: unseen
}

}  // namespace vit
