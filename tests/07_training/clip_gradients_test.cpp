#include "07_training/clip_gradients.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE(
    "clipping makes all gradients together as long as allowed, keeps their direction, and says how long they were") {
    const Tensor<2> a{{3, 0}, {0, 4}};
    const Tensor<1> b{0, 12, 0};
    Tensor<2> clipped_a = a;
    Tensor<1> clipped_b = b;
    const Parameters gradients{parameter("a", clipped_a), parameter("b", clipped_b)};
    for (double largest : {0.0, 13.0, 14.0}) {  // 0: not clipped
        CHECK(clip_gradients(gradients, largest) == 13);
        CHECK(same(clipped_a, a, "OI"));
        CHECK(same(clipped_b, b, "O"));
    }
    CHECK(clip_gradients(gradients, 6.5) == 13);
    CHECK(same(clipped_a, {{1.5, 0}, {0, 2}}, "OI"));
    CHECK(same(clipped_b, {0, 6, 0}, "O"));
    Tensor<1> none = zeros<1>({4});
    CHECK(clip_gradients({parameter("none", none)}, 1) == 0);
    CHECK(same(none, zeros<1>({4}), "O"));
}

TEST_CASE("gradients that are not finite stay as they are, so that one can see which") {
    for (const Scalar number : {Scalar(NAN), Scalar(INFINITY)}) {
        Tensor<1> a{3, 4, 5}, b{1, number};
        const double norm = clip_gradients({parameter("a", a), parameter("b", b)}, 1);
        CHECK_FALSE(std::isfinite(norm));
        CHECK(same(a, {3, 4, 5}, "O"));
        CHECK(b(0) == 1);
    }
}

}  // namespace vit
