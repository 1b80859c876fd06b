#include "06_vit_head/pooling.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("the class token is token 0; the mean is over all tokens of one image") {
    const Tensor<3> x = Rng(1).normal_tensor<3>({2, 5, 7});
    const Tensor<3> token = pooling_forward(Pooling::class_token, x), mean = pooling_forward(Pooling::mean, x);
    REQUIRE(shape_of(token) == Shape{2, 1, 7});
    REQUIRE(shape_of(mean) == Shape{2, 1, 7});
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t d = 0; d < 7; ++d) {
            CHECK(token(b, 0, d) == x(b, 0, d));
            double sum = 0;
            for (std::size_t t = 0; t < 5; ++t) sum += x(b, t, d);
            CHECK(mean(b, 0, d) == doctest::Approx(sum / 5).epsilon(1e-14).scale(0));
        }
}

TEST_CASE("gradients of both poolings") {
    NoParameters none;
    for (Pooling pooling : {Pooling::class_token, Pooling::mean}) {
        check_layer_gradients(
            none, none, Rng(2).normal_tensor<3>({2, 5, 7}),
            [&](const Tensor<3>& x) { return pooling_forward(pooling, x); },
            [&](const Tensor<3>&, const Tensor<3>& dy, NoParameters&) { return pooling_backward(pooling, dy, 5); });
    }
}

}  // namespace vit
