#include "03_attention/softmax.h"

#include "tests/testing.h"

namespace vit {
namespace {

/// The definition, with each row's numbers measured from its first one: exp then overflows only where the row itself
/// spreads over more than 700.
Tensor<2> naive_softmax(const Tensor<2>& x) {
    Tensor<2> y = zeros_like(x);
    for (std::size_t r = 0; r < x.shape()[0]; ++r) {
        double sum = 0;
        for (std::size_t j = 0; j < x.shape()[1]; ++j) sum += std::exp(x(r, j) - x(r, 0));
        for (std::size_t j = 0; j < x.shape()[1]; ++j) y(r, j) = std::exp(x(r, j) - x(r, 0)) / sum;
    }
    return y;
}

/// Rows that catch mistakes: random, 100 apart, all far below zero, all far above it, all equal, random.
Tensor<2> adversarial_rows() {
    Tensor<2> x = Rng(1).normal_tensor<2>({6, 5});
    xt::view(x, 1) = Tensor<1>{0, 100, -100, 200, 50};
    xt::view(x, 2) -= 800;
    xt::view(x, 3) += 800;
    xt::view(x, 4) = -3;
    return x;
}

}  // namespace

TEST_CASE("softmax is its definition, for every rank and for rows of any size") {
    const Tensor<2> x = adversarial_rows(), expected = naive_softmax(x);
    CHECK(same(softmax_forward(x), expected, "MN", 1e-14));
    const Tensor<3> x3 = xt::reshape_view(x, {2, 3, 5}), expected3 = xt::reshape_view(expected, {2, 3, 5});
    CHECK(same(softmax_forward(x3), expected3, "AMN", 1e-14));
    const Tensor<4> x4 = xt::reshape_view(x, {1, 2, 3, 5}), expected4 = xt::reshape_view(expected, {1, 2, 3, 5});
    CHECK(same(softmax_forward(x4), expected4, "BAMN", 1e-14));
    for (std::size_t r = 0; r < 6; ++r) {
        const Tensor<1> row = xt::view(x, r), expected_row = xt::view(expected, r);
        CHECK(same(softmax_forward(row), expected_row, "N", 1e-14));
    }
}

TEST_CASE("the row loop is the definition in xtensor") {
    const Tensor<2> x = adversarial_rows();
    const Tensor<2> largest = xt::amax(x, {1}, xt::keep_dims);  // (M, 1)
    const Tensor<2> powers = xt::exp(x - largest);              // (M, N)
    const Tensor<2> sum = xt::sum(powers, {1}, xt::keep_dims);  // (M, 1)
    const Tensor<2> expected = powers / sum;
    CHECK(same(softmax_forward(x), expected, "MN", 1e-14));
}

TEST_CASE("the shares of a row are positive and sum to 1, also where all scores are negative") {
    const Tensor<2> y = softmax_forward(adversarial_rows());
    for (std::size_t r = 0; r < 6; ++r) {
        double sum = 0;
        for (std::size_t j = 0; j < 5; ++j) {
            CHECK(y(r, j) >= 0);
            sum += y(r, j);
        }
        CHECK(sum == doctest::Approx(1).epsilon(1e-14).scale(0));
    }
    for (std::size_t j = 0; j < 5; ++j) CHECK(y(4, j) == doctest::Approx(0.2).epsilon(1e-15).scale(0));
}

TEST_CASE("small examples worked by hand") {
    const Tensor<1> thirds = softmax_forward(Tensor<1>{std::log(2.0), 0}), single = softmax_forward(Tensor<1>{-1e300});
    CHECK(same(thirds, {2.0 / 3, 1.0 / 3}, "N", 1e-15));
    CHECK(same(single, {1}, "N"));
    CHECK(same(softmax_forward(Tensor<1>{-1000, 0, 1000}), {0, 0, 1}, "N"));
}

TEST_CASE("gradients of softmax") {
    NoParameters none;
    const auto forward = [](const auto& x) { return softmax_forward(x); };
    const auto backward = [](const auto& x, const auto& dy, NoParameters&) {
        return softmax_backward(softmax_forward(x), dy);
    };
    check_layer_gradients(none, none, Rng(2).normal_tensor<1>({5}), forward, backward);
    check_layer_gradients(none, none, Rng(3).normal_tensor<2>({3, 5}), forward, backward);
    check_layer_gradients(none, none, Rng(4).normal_tensor<3>({2, 3, 5}), forward, backward);
    check_layer_gradients(none, none, Rng(5).normal_tensor<4>({2, 3, 4, 5}, 0, 3), forward, backward);
}

TEST_CASE("softmax_backward says which shape does not fit") {
    CHECK(error_of<std::invalid_argument>([] {
              softmax_backward(zeros<4>({2, 3, 4, 5}), zeros<4>({2, 3, 5, 4}));
          }) == "softmax_backward: dy (B A M N) has shape (2, 3, 5, 4); axis 2 must be M = 4 (from y), but it is 5");
    CHECK(error_of<std::invalid_argument>([] {
              softmax_backward(zeros<2>({3, 5}), zeros<2>({4, 5}));
          }) == "softmax_backward: dy (M N) has shape (4, 5); axis 0 must be M = 3 (from y), but it is 4");
}

}  // namespace vit
