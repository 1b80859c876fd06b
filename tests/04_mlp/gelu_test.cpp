#include "04_mlp/gelu.h"

#include "tests/testing.h"

namespace vit {
namespace {

constexpr Gelu forms[] = {Gelu::erf, Gelu::tanh, Gelu::sigmoid};

double naive_gelu(double x, Gelu form) {
    if (form == Gelu::erf) return x * std::erfc(-x / std::sqrt(2.0)) / 2;
    if (form == Gelu::tanh)
        return x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * std::pow(x, 3))));
    return x / (1 + std::exp(-1.702 * x));
}

}  // namespace

TEST_CASE("each form is its definition, for numbers of any size") {
    Tensor<3> x = Rng(1).normal_tensor<3>({2, 3, 11}, 0, 3);
    xt::view(x, 1, 2) = Tensor<1>{0, 1e-4, -1e-4, 1, -1, 8, -8, 40, -40, 1000, -1000};
    for (Gelu form : forms) {
        Tensor<3> expected = zeros_like(x);
        for (std::size_t i = 0; i < x.size(); ++i) expected.data()[i] = naive_gelu(x.data()[i], form);
        CHECK(same(gelu_forward(form, x), expected, "BNF", 1e-13));
    }
}

TEST_CASE("known values: the three forms differ, and the paper's is the default") {
    const Tensor<3> one{{{1}}};
    CHECK(gelu_forward(Gelu::erf, one)(0, 0, 0) == doctest::Approx(0.8413447460685429).epsilon(1e-14).scale(0));
    CHECK(gelu_forward(Gelu::tanh, one)(0, 0, 0) == doctest::Approx(0.8411919906082768).epsilon(1e-14).scale(0));
    CHECK(gelu_forward(Gelu::sigmoid, one)(0, 0, 0) == doctest::Approx(0.8457957659328212).epsilon(1e-14).scale(0));
}

TEST_CASE("gradients of every form") {
    NoParameters none;
    for (Gelu form : forms) {
        const auto forward = [&](const auto& x) { return gelu_forward(form, x); };
        const auto backward = [&](const auto& x, const auto& dy, NoParameters&) { return gelu_backward(form, x, dy); };
        check_layer_gradients(none, none, Rng(4).normal_tensor<3>({2, 3, 7}, 0, 2), forward, backward);
    }
}

TEST_CASE("far out, the gradient is 1 on the right and 0 on the left") {
    for (Gelu form : forms) {
        const Tensor<3> x{{{-1000, -40, 0, 40, 1000}}}, dy{{{3, 3, 3, 3, 3}}};
        CHECK(same(gelu_backward(form, x, dy), {{{0, 0, 1.5, 3, 3}}}, "BNF", 1e-14));
    }
}

TEST_CASE("a form that does not exist is refused") {
    const Gelu none = static_cast<Gelu>(3);
    const Tensor<3> x = zeros<3>({2, 3, 7});
    CHECK(error_of<std::invalid_argument>([&] { gelu_forward(none, x); }) == "gelu_forward: there is no such form");
    CHECK(error_of<std::invalid_argument>([&] { gelu_backward(none, x, x); }) ==
          "gelu_backward: there is no such form");
}

TEST_CASE("gelu_backward says which shape does not fit") {
    CHECK(error_of<std::invalid_argument>([] {
              gelu_backward(Gelu::erf, zeros<3>({2, 3, 7}), zeros<3>({2, 3, 6}));
          }) == "gelu_backward: dy (B N F) has shape (2, 3, 6); axis 2 must be F = 7 (from x), but it is 6");
}

}  // namespace vit
