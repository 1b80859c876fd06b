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
        CHECK(clipped_a == a);
        CHECK(clipped_b == b);
    }
    CHECK(clip_gradients(gradients, 6.5) == 13);
    CHECK(clipped_a == Tensor<2>{{1.5, 0}, {0, 2}});
    CHECK(clipped_b == Tensor<1>{0, 6, 0});
    Tensor<1> none = zeros<1>({4});
    CHECK(clip_gradients({parameter("none", none)}, 1) == 0);
    CHECK(none == zeros<1>({4}));
}

TEST_CASE("gradients that are not finite stay as they are, so that one can see which") {
    for (const Scalar number : {Scalar(NAN), Scalar(INFINITY)}) {
        Tensor<1> a{3, 4, 5}, b{1, number};
        const double norm = clip_gradients({parameter("a", a), parameter("b", b)}, 1);
        CHECK_FALSE(std::isfinite(norm));
        CHECK(a == Tensor<1>{3, 4, 5});
        CHECK(b(0) == 1);
    }
}

}  // namespace vit
