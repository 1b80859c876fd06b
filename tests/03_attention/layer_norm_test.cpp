#include "03_attention/layer_norm.h"

#include "tests/testing.h"

namespace vit {
namespace {

/// The definition for one row: mean and variance over its own D numbers, eps inside the root.
std::vector<double> naive_row(const LayerNorm& p, const Tensor<3>& x, std::size_t b, std::size_t n) {
    const std::size_t width = x.shape()[2];
    double mean = 0, variance = 0;
    for (std::size_t d = 0; d < width; ++d) mean += x(b, n, d) / static_cast<double>(width);
    for (std::size_t d = 0; d < width; ++d) variance += std::pow(x(b, n, d) - mean, 2) / static_cast<double>(width);
    std::vector<double> y;
    for (std::size_t d = 0; d < width; ++d)
        y.push_back(p.weight(d) * (x(b, n, d) - mean) / std::sqrt(variance + p.eps) + p.bias(d));
    return y;
}

LayerNorm random_norm(std::size_t width, double eps) {
    LayerNorm p = make_layer_norm(width, eps);
    Rng rng(1);
    fill_random(named_parameters(p), rng);
    return p;
}

}  // namespace

TEST_CASE("LayerNorm is its definition, for constant, tiny, large and shifted rows too") {
    Tensor<3> x = Rng(2).normal_tensor<3>({2, 5, 7});
    xt::view(x, 0, 1) = 0.75;
    xt::view(x, 0, 2) *= 1e-4;
    xt::view(x, 1, 3) *= 1e4;
    xt::view(x, 1, 4) += 100;
    for (double eps : {1e-6, 1e-2}) {
        const LayerNorm p = random_norm(7, eps);
        LayerNormCache cache;
        const Tensor<3> y = layer_norm_forward(p, x, cache);
        Tensor<3> expected = zeros_like(x);
        for (std::size_t b = 0; b < 2; ++b)
            for (std::size_t n = 0; n < 5; ++n) {
                const std::vector<double> row = naive_row(p, x, b, n);
                for (std::size_t d = 0; d < 7; ++d) expected(b, n, d) = row[d];
            }
        CHECK(same(y, expected, "BND", 1e-11));
        const Tensor<1> constant_row = xt::view(y, 0, 1);
        CHECK(same(constant_row, p.bias, "D"));
    }
}

TEST_CASE("the row loop is the definition in xtensor") {
    const Tensor<3> x = Rng(3).normal_tensor<3>({2, 5, 7}, 3, 2);
    const LayerNorm p = random_norm(7, 1e-3);
    LayerNormCache cache;
    const Tensor<3> y = layer_norm_forward(p, x, cache);

    const Tensor<3> mean = xt::mean<Scalar>(x, {2}, xt::keep_dims);                         // (B, N, 1)
    const Tensor<3> variance = xt::mean<Scalar>(xt::square(x - mean), {2}, xt::keep_dims);  // (B, N, 1)
    const Tensor<3> expected = p.weight * (x - mean) / xt::sqrt(variance + p.eps) + p.bias;
    CHECK(same(y, expected, "BND", 1e-13));
}

TEST_CASE("a fresh LayerNorm gives every row mean 0 and variance 1, and no row sees another") {
    LayerNorm p = make_layer_norm(7);
    p.bias.fill(1);
    initialise(p);
    const Tensor<3> x = Rng(4).normal_tensor<3>({2, 5, 7}, 3, 2);
    LayerNormCache cache, other_cache;
    const Tensor<3> y = layer_norm_forward(p, x, cache);
    for (std::size_t r = 0; r < 10; ++r) {
        double sum = 0, squares = 0;
        for (std::size_t d = 0; d < 7; ++d) {
            sum += y.data()[r * 7 + d];
            squares += std::pow(y.data()[r * 7 + d], 2);
        }
        CHECK(std::abs(sum) < 1e-12);
        CHECK(squares / 7 == doctest::Approx(1).epsilon(1e-5).scale(0));
    }
    const Tensor<3> one_token = xt::view(x, xt::range(1, 2), xt::range(3, 4), xt::all());
    const Tensor<3> expected = xt::view(y, xt::range(1, 2), xt::range(3, 4), xt::all());
    CHECK(same(layer_norm_forward(p, one_token, other_cache), expected, "BND"));
}

TEST_CASE("gradients of LayerNorm") {
    for (double eps : {1e-6, 1e-1}) {
        LayerNorm p = make_layer_norm(7, eps);
        LayerNormCache cache;
        check_layer_gradients(
            p, make_layer_norm(7, eps), Rng(5).normal_tensor<3>({2, 5, 7}, 3, 2),
            [&](const Tensor<3>& x) { return layer_norm_forward(p, x, cache); },
            [&](const Tensor<3>&, const Tensor<3>& dy, LayerNorm& grad) {
                return layer_norm_backward(p, cache, dy, grad);
            });
    }
}

TEST_CASE("the gradient has no part along a shift of the row, and none along its scale") {
    LayerNorm p = random_norm(7, 0), grad = make_layer_norm(7);
    const Tensor<3> x = Rng(6).normal_tensor<3>({2, 5, 7}, 3, 2), dy = Rng(7).normal_tensor<3>({2, 5, 7});
    LayerNormCache cache;
    layer_norm_forward(p, x, cache);
    const Tensor<3> dx = layer_norm_backward(p, cache, dy, grad);
    for (std::size_t r = 0; r < 10; ++r) {
        double shift = 0, scale = 0;
        for (std::size_t i = r * 7; i < (r + 1) * 7; ++i) {
            shift += dx.data()[i];
            scale += dx.data()[i] * x.data()[i];
        }
        CHECK(std::abs(shift) < 1e-12);
        CHECK(std::abs(scale) < 1e-12);
    }
}

TEST_CASE("LayerNorm says which shape does not fit") {
    LayerNorm p = make_layer_norm(7), grad = make_layer_norm(7), other = make_layer_norm(6);
    LayerNormCache cache;
    CHECK(error_of<std::invalid_argument>([&] {
              layer_norm_forward(p, zeros<3>({2, 5, 6}), cache);
          }) == "layer_norm_forward: weight (D) has shape (7); axis 0 must be D = 6 (from x), but it is 7");
    CHECK(error_of<std::invalid_argument>([&] {
              layer_norm_backward(p, cache, zeros<3>({2, 5, 7}), grad);
          }) ==
          "layer_norm_backward: dy (B N D) has shape (2, 5, 7); axis 0 must be B = 0 (from normalised), but it is 2");
    layer_norm_forward(p, zeros<3>({2, 5, 7}), cache);
    CHECK(error_of<std::invalid_argument>([&] {
              layer_norm_backward(p, cache, zeros<3>({2, 4, 7}), grad);
          }) ==
          "layer_norm_backward: dy (B N D) has shape (2, 4, 7); axis 1 must be N = 5 (from normalised), but it is 4");
    CHECK(error_of<std::invalid_argument>([&] {
              layer_norm_backward(p, cache, zeros<3>({2, 5, 7}), other);
          }) ==
          "layer_norm_backward: grad.weight (D) has shape (6); axis 0 must be D = 7 (from normalised), but it is 6");
}

}  // namespace vit
