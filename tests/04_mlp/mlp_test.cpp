#include "04_mlp/mlp.h"

#include "04_mlp/trace.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// The definition of one token's output number d, with the definition of the GELU.
double naive_mlp(const Mlp& p, const Tensor<3>& x, std::size_t b, std::size_t n, std::size_t d) {
    double y = p.fc2.bias(d);
    for (std::size_t f = 0; f < p.fc1.bias.size(); ++f) {
        double hidden = p.fc1.bias(f);
        for (std::size_t i = 0; i < x.shape()[2]; ++i) hidden += p.fc1.weight(f, i) * x(b, n, i);
        y += p.fc2.weight(d, f) * hidden * std::erfc(-hidden / std::sqrt(2.0)) / 2;
    }
    return y;
}

void check_gradients_of(const MlpConfig& config) {
    Mlp p = make_mlp(config);
    MlpCache cache;
    check_layer_gradients(
        p, make_mlp(config), Rng(1).normal_tensor<3>({2, 3, config.width}),
        [&](const Tensor<3>& x) {
            Rng rng(2);  // the same numbers are dropped every time
            return mlp_forward(p, x, cache, &rng);
        },
        [&](const Tensor<3>&, const Tensor<3>& dy, Mlp& grad) { return mlp_backward(p, cache, dy, grad); });
}

}  // namespace

TEST_CASE("the MLP is its definition, for each token by itself") {
    Mlp p = make_mlp({.width = 5, .hidden = 7});
    Rng rng(3);
    fill_random(named_parameters(p), rng);
    const Tensor<3> x = rng.normal_tensor<3>({2, 3, 5});
    Tensor<3> expected = zeros_like(x);
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t n = 0; n < 3; ++n)
            for (std::size_t d = 0; d < 5; ++d) expected(b, n, d) = naive_mlp(p, x, b, n, d);
    MlpCache cache;
    CHECK(same(mlp_forward(p, x, cache), expected, "BND", 1e-12));
}

TEST_CASE("gradients of the MLP with every form of the GELU, and with dropout") {
    for (Gelu gelu : {Gelu::erf, Gelu::tanh, Gelu::sigmoid})
        check_gradients_of({.width = 5, .hidden = 7, .gelu = gelu});
    check_gradients_of({.width = 5, .hidden = 7, .dropout = 0.3});
}

TEST_CASE("dropout acts after the GELU and on the output, in training only") {
    Mlp p = make_mlp({.width = 5, .hidden = 50, .dropout = 0.5});
    Rng rng(4);
    fill_random(named_parameters(p), rng);
    const Tensor<3> x = rng.normal_tensor<3>({2, 3, 5});
    MlpCache cache;
    const Tensor<3> trained = mlp_forward(p, x, cache, &rng);
    CHECK(std::count(trained.begin(), trained.end(), Scalar(0)) > 5);
    CHECK(std::count(cache.activated.begin(), cache.activated.end(), Scalar(0)) > 100);
    const Tensor<3> y = mlp_forward(p, x, cache);
    p.dropout = 0;
    CHECK(same(mlp_forward(p, x, cache, &rng), y, "BND"));
}

TEST_CASE("published names and shapes, and biases close to zero at first") {
    Mlp p = make_mlp({.width = 5, .hidden = 7});
    const Parameters parameters = named_parameters(p);
    REQUIRE(parameters.size() == 4);
    CHECK(parameters[0].name == "fc1.weight");
    CHECK(parameters[0].shape == Shape{7, 5});
    CHECK(parameters[1].name == "fc1.bias");
    CHECK(parameters[2].name == "fc2.weight");
    CHECK(parameters[2].shape == Shape{5, 7});
    CHECK(parameters[3].name == "fc2.bias");
    Rng rng(5);
    fill_random(parameters, rng);
    initialise(p, rng);
    CHECK(xt::amax(p.fc1.weight)() <= std::sqrt(0.5));
    CHECK(xt::amax(p.fc1.weight)() > 0.5 * std::sqrt(0.5));
    for (std::size_t i : {1u, 3u}) {
        for (Scalar bias : parameters[i].values) {
            CHECK(bias != 0);
            CHECK(std::abs(bias) < 1e-5);
        }
    }
}

TEST_CASE("sizes that do not fit are named") {
    CHECK(error_of<std::invalid_argument>([] { make_mlp({.width = 5, .hidden = 0}); }) ==
          "mlp: width and hidden width must be at least 1, but they are 5 and 0");
    const Mlp p = make_mlp({.width = 5, .hidden = 7});
    Mlp grad = p;
    MlpCache cache;
    CHECK(error_of<std::invalid_argument>([&] {
              mlp_forward(p, zeros<3>({2, 3, 4}), cache);
          }) == "mlp_forward: x (B N D) has shape (2, 3, 4); axis 2 must be D = 5 (from fc1), but it is 4");
    mlp_forward(p, zeros<3>({2, 3, 5}), cache);
    CHECK(error_of<std::invalid_argument>([&] {
              mlp_backward(p, cache, zeros<3>({2, 3, 4}), grad);
          }) == "mlp_backward: dy (B N D) has shape (2, 3, 4); axis 2 must be D = 5 (from x), but it is 4");
    CHECK(error_of<std::invalid_argument>([] { make_mlp({.width = 5, .hidden = 7, .dropout = 1.5}); }) ==
          "mlp: a dropout probability must be at least 0 and below 1, but it is 1.5");
}

TEST_CASE("the record of an MLP") {
    const Mlp p = make_mlp({.width = 5, .hidden = 7});
    MlpCache cache;
    mlp_forward(p, zeros<3>({2, 3, 5}), cache);
    const Trace trace = trace_mlp("mlp", p, cache);
    CHECK(trace.output == Shape{2, 3, 5});
    CHECK(total_parameters(trace) == 2 * 5 * 7 + 7 + 5);
    CHECK(total_multiply_adds(trace) == 2 * 6 * 5 * 7);
    CHECK(total_kept(trace) == cache.x.size() + cache.hidden.size() + cache.activated.size());
}

}  // namespace vit
