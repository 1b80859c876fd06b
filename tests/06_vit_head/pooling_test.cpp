#include "06_vit_head/pooling.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("the class token is token 0; the mean is over all tokens of one image") {
    const Tensor<3> x = Rng(1).normal_tensor<3>({2, 5, 7});
    Tensor<3> token = zeros<3>({2, 1, 7}), mean = token;
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t d = 0; d < 7; ++d) {
            token(b, 0, d) = x(b, 0, d);
            for (std::size_t t = 0; t < 5; ++t) mean(b, 0, d) += x(b, t, d) / 5;
        }
    CHECK(same(pooling_forward(Pooling::class_token, x), token, "BTD"));
    CHECK(same(pooling_forward(Pooling::mean, x), mean, "BTD", 1e-14));
    CHECK(same(pooling_forward(Pooling::mean_with_class_token, x), mean, "BTD", 1e-14));
}

TEST_CASE("gradients of every pooling") {
    NoParameters none;
    for (Pooling pooling : {Pooling::class_token, Pooling::mean, Pooling::mean_with_class_token}) {
        check_layer_gradients(
            none, none, Rng(2).normal_tensor<3>({2, 5, 7}),
            [&](const Tensor<3>& x) { return pooling_forward(pooling, x); },
            [&](const Tensor<3>&, const Tensor<3>& dy, NoParameters&) { return pooling_backward(pooling, dy, 5); });
    }
}

TEST_CASE("pooling says which shape does not fit") {
    CHECK(error_of<std::invalid_argument>([] {
              pooling_forward(Pooling::mean, zeros<3>({2, 0, 7}));
          }) == "pooling_forward: there are no tokens");
    CHECK(error_of<std::invalid_argument>([] {
              pooling_backward(Pooling::class_token, zeros<3>({2, 1, 7}), 0);
          }) == "pooling_backward: there are no tokens");
    CHECK(error_of<std::invalid_argument>([] {
              pooling_backward(Pooling::mean, zeros<3>({2, 5, 7}), 5);
          }) == "pooling_backward: dy (B 1 D) has shape (2, 5, 7); axis 1 must be 1, but it is 5");
}

}  // namespace vit
