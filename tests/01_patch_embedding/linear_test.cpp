#include "01_patch_embedding/linear.h"

#include "tests/testing.h"

namespace vit {
namespace {

/// The definition: y(r, o) = bias(o) + sum over i of x(r, i) weight(o, i).
Tensor<2> naive_linear(const Linear& p, const Tensor<2>& x) {
    Tensor<2> y = zeros<2>({x.shape()[0], p.weight.shape()[0]});
    for (std::size_t r = 0; r < y.shape()[0]; ++r) {
        for (std::size_t o = 0; o < y.shape()[1]; ++o) {
            if (p.bias.size() > 0) y(r, o) = p.bias(o);
            for (std::size_t i = 0; i < x.shape()[1]; ++i) y(r, o) += x(r, i) * p.weight(o, i);
        }
    }
    return y;
}

}  // namespace

TEST_CASE("a Linear is its definition, for every row, whatever the leading axes are") {
    Rng rng(1);
    for (bool bias : {true, false}) {
        Linear p = make_linear(5, 4, bias);
        fill_random(named_parameters(p), rng);
        const Tensor<2> x = rng.normal_tensor<2>({6, 5});
        const Tensor<2> expected = naive_linear(p, x);
        CHECK(same(linear_forward(p, x), expected, "MO", 1e-12));
        const Tensor<3> tokens = xt::reshape_view(x, {2, 3, 5}),
                        tokens_expected = xt::reshape_view(expected, {2, 3, 4});
        CHECK(same(linear_forward(p, tokens), tokens_expected, "BNO", 1e-12));
    }
}

TEST_CASE("gradients of Linear") {
    for (bool bias : {true, false}) {
        Linear p = make_linear(5, 4, bias);
        const auto forward = [&](const auto& x) { return linear_forward(p, x); };
        const auto backward = [&](const auto& x, const auto& dy, Linear& grad) {
            return linear_backward(p, x, dy, grad);
        };
        check_layer_gradients(p, make_linear(5, 4, bias), Rng(2).normal_tensor<2>({3, 5}), forward, backward);
        check_layer_gradients(p, make_linear(5, 4, bias), Rng(3).normal_tensor<3>({2, 3, 5}), forward, backward);
    }
}

TEST_CASE("the parameters of a Linear have published names and shapes") {
    Linear p = make_linear(5, 4), without_bias = make_linear(5, 4, false);
    const Parameters parameters = named_parameters(p);
    REQUIRE(parameters.size() == 2);
    CHECK(parameters[0].name == "weight");
    CHECK(parameters[0].shape == Shape{4, 5});
    CHECK(parameters[1].name == "bias");
    CHECK(parameters[1].shape == Shape{4});
    CHECK(parameter_count(named_parameters(without_bias)) == 20);
}

TEST_CASE("Xavier's weights fill +-sqrt(6 / (I + O)) evenly, and biases begin at zero") {
    Linear p = make_linear(50, 46);
    p.bias.fill(1);
    Rng rng(4);
    initialise(p, rng);
    double sum = 0, squares = 0;
    for (double w : p.weight) {
        CHECK(std::abs(w) <= 0.25);
        sum += w;
        squares += w * w;
    }
    CHECK(std::abs(sum / 2300) < 0.012);  // four standard deviations of the mean
    CHECK(squares / 2300 == doctest::Approx(0.25 * 0.25 / 3).epsilon(0.075).scale(0));  // as of an even distribution
    CHECK(same(p.bias, zeros<1>({46}), "O"));
}

TEST_CASE("a weight of several matrices has the limit of one of them") {
    Linear p = make_linear(40, 24);  // three matrices of 8 rows: sqrt(6 / 48), not sqrt(6 / 64)
    Rng rng(5);
    initialise(p, rng, 3);
    const double limit = std::sqrt(6.0 / 48);
    CHECK(xt::amax(p.weight)() <= limit);
    CHECK(xt::amax(p.weight)() > 0.98 * limit);
    CHECK(xt::amin(p.weight)() < -0.98 * limit);
}

TEST_CASE("a Linear says which shape does not fit") {
    Linear p = make_linear(5, 4), grad = make_linear(5, 4), other = make_linear(4, 5);
    CHECK(error_of<std::invalid_argument>([&] {
              linear_forward(make_linear(3, 4), zeros<3>({2, 3, 5}));
          }) == "linear_forward: weight (O I) has shape (4, 3); axis 1 must be I = 5 (from x), but it is 3");
    CHECK(error_of<std::invalid_argument>([&] {
              linear_forward(Linear{zeros<2>({4, 5}), zeros<1>({6})}, zeros<2>({3, 5}));
          }) == "linear_forward: bias (O) has shape (6); axis 0 must be O = 4 (from weight), but it is 6");
    CHECK(error_of<std::invalid_argument>([&] {
              linear_backward(p, zeros<2>({3, 5}), zeros<2>({3, 6}), grad);
          }) == "linear_backward: dy (* O) has shape (3, 6); axis 1 must be O = 4 (from weight), but it is 6");
    CHECK(error_of<std::invalid_argument>([&] {
              linear_backward(p, zeros<2>({3, 5}), zeros<2>({3, 4}), other);
          }) == "linear_backward: grad.weight (O I) has shape (5, 4); axis 0 must be O = 4 (from weight), but it is 5");
    CHECK(error_of<std::invalid_argument>([&] {
              linear_backward(p, zeros<2>({3, 5}), zeros<2>({2, 4}), grad);
          }) == "add_matmul_over_rows: (2, 4) transposed times (3, 5) does not fit");
}

}  // namespace vit
