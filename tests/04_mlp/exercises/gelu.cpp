#include "04_mlp/gelu.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

// Both exercises write a function of one number that gelu.cpp keeps for itself. They are seen through the two functions
// that call them: gelu_forward gives x gate(x), gelu_backward gives dy (gate(x) + x slope(x)).
using Function = std::function<Tensor<3>(const Tensor<3>&)>;

Function each(const std::function<double(double)>& f) {
    return [f](const Tensor<3>& x) {
        Tensor<3> y = x;
        for (double& number : y) number = f(number);
        return y;
    };
}

double normal_share(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}
double density(double x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
}
double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}
double tanh_gate(double x) {
    return (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x))) / 2;
}

Trial<Function> try_on(const std::string& name, const std::string& inputs, const Tensor<3>& x, double tolerance) {
    return {.inputs = inputs,
            .run = [name, x](const Function& f) -> Outputs { return {output(name, "BNF", f(x))}; },
            .givens = {output("x", "BNF", x)},
            .tolerance = tolerance};
}

const Tensor<3>& some_numbers() {
    static const Tensor<3> x{{{0, 1, -1, 2, -2}}};
    return x;
}

Exercise<Function> gate_exercise() {
    const auto gelu = [](const std::function<double(double)>& gate) {
        return each([gate](double x) { return x * gate(x); });
    };
    return {
        .name = "4.1 gate",
        .reference = gelu(normal_share),
        .trials = {try_on("x gate(x)", "the numbers 0, 1, -1, 2, -2", some_numbers(), 1e-12),
                   try_on("x gate(x)", "random numbers, B=2 N=3 F=7", Rng(1).normal_tensor<3>({2, 3, 7}, 0, 2), 1e-12),
                   try_on("x gate(x)", "numbers of up to 100", Rng(2).normal_tensor<3>({2, 3, 7}, 0, 40), 1e-12)},
        .promises = {{"far above 0 the gate is open, x gate(x) = x, and far below it is shut",
                      [](const Outputs& made) {
                          const double at_two = made[0].numbers.values[3], at_minus_two = made[0].numbers.values[4];
                          return made[0].numbers.values.size() != 5 ||
                                 (at_two > 1.5 && at_two < 2 && at_minus_two > -0.3 && at_minus_two < 0);
                      }}},
        .wrong_answers = {
            {"gelu_tanh",
             "the tanh form of the GELU, within 5e-4 of the definition. That is another member of this file; here the "
             "gate is "
             "Φ(x), by erf.",
             "tinygrad/tinygrad#16162", gelu(tanh_gate)},
            {"gelu_sigmoid",
             "the sigmoid form, σ(1.702 x), within 2e-2 of the definition. Here the gate is Φ(x), by erf.", "",
             gelu([](double x) { return sigmoid(1.702 * x); })},
            {"gelu_no_root2",
             "(1 + erf(x)) / 2, without the division of x by √2: that is the share of a narrower bell curve.", "",
             gelu([](double x) { return (1 + std::erf(x)) / 2; })},
            {"gelu_root2_outside_erf",
             "(1 + erf(x) / √2) / 2: the division by √2 stands outside of erf, so that the gate ends at 0.85. It "
             "belongs to x: erf(x / √2).",
             "", gelu([](double x) { return (1 + std::erf(x) / std::numbers::sqrt2) / 2; })},
            {"gelu_twice_root2", "(1 + erf(√2 x)) / 2: x is to be divided by √2, not multiplied.", "",
             gelu([](double x) { return (1 + std::erf(x * std::numbers::sqrt2)) / 2; })},
            {"gelu_no_half", "1 + erf(x / √2), from 0 to 2. A gate goes from 0 to 1: halve it.", "",
             gelu([](double x) { return 2 * normal_share(x); })},
            {"gelu_no_one", "erf(x / √2) / 2, from -1/2 to 1/2. A gate goes from 0 to 1: add 1 before you halve.", "",
             gelu([](double x) { return normal_share(x) - 0.5; })},
            {"relu", "a ReLU: the gate is 0 or 1, with a step at 0. Φ goes over smoothly.", "",
             gelu([](double x) { return x > 0 ? 1.0 : 0.0; })},
            {"silu", "x σ(x), which is called SiLU or Swish: it opens more slowly than Φ.", "", gelu(sigmoid)},
            {"gelu_density", "x φ(x): the density, where its integral Φ(x) belongs.", "", gelu(density)},
        }};
}

/// Not at 0, where slope(x) cannot be told from outside.
Tensor<3> away_from_zero(std::uint64_t seed, double size) {
    Tensor<3> x = Rng(seed).normal_tensor<3>({2, 3, 7}, 0, size);
    for (double& number : x) number += number > 0 ? 0.25 : -0.25;
    return x;
}

/// slope(x), told from x gate(x) and from gate(x) + x slope(x).
Tensor<3> slope_of_erf(const Tensor<3>& x) {
    const Tensor<3> ones = xt::ones<double>(x.shape());
    const Tensor<3> y = gelu_forward(Gelu::erf, x), dx = gelu_backward(Gelu::erf, x, ones);
    return (dx - y / x) / x;
}

Exercise<Function> slope_exercise() {
    return {
        .name = "4.2 slope",
        .reference = each(density),
        .trials = {try_on("slope(x)", "the numbers 0.5, 1, -1, 2, -2", Tensor<3>{{{0.5, 1, -1, 2, -2}}}, 1e-10),
                   try_on("slope(x)", "random numbers, B=2 N=3 F=7", away_from_zero(3, 1), 1e-10),
                   try_on("slope(x)", "numbers of up to 10", away_from_zero(4, 4), 1e-10)},
        .promises = {{"the slope of a gate that opens is never negative",
                      [](const Outputs& made) {
                          return std::all_of(made[0].numbers.values.begin(), made[0].numbers.values.end(),
                                             [](double slope) { return slope > -1e-9; });
                      }}},
        .wrong_answers = {
            {"slope_no_half",
             "exp(-x²) / √(2π), without the half in the exponent. The inner derivative of erf(x / √2) leaves x² / 2.",
             "", each([](double x) { return std::exp(-x * x) / std::sqrt(2 * std::numbers::pi); })},
            {"slope_half_squared",
             "exp(-(x / 2)²) / √(2π), with the half squared too. The exponent is -x² / 2: only x is squared.", "",
             each([](double x) { return std::exp(-x * x / 4) / std::sqrt(2 * std::numbers::pi); })},
            {"slope_of_the_whole_gelu",
             "Φ(x) + x φ(x), the slope of the whole GELU x Φ(x). Here only the gate's is wanted, φ(x): gelu_backward "
             "puts the two together by the product rule.",
             "", each([](double x) { return normal_share(x) + x * density(x); })},
            {"slope_not_normalised",
             "exp(-x² / 2) without 1 / √(2π): the slope's integral is the gate, which ends at 1.", "",
             each([](double x) { return std::exp(-x * x / 2); })},
            {"slope_of_erf",
             "2 / √π exp(-x² / 2), the derivative of erf without the factors of the half and of x / √2.", "",
             each([](double x) { return 2 / std::sqrt(std::numbers::pi) * std::exp(-x * x / 2); })},
            {"slope_of_tanh_form", "the slope of the tanh form. This gate is Φ, and its slope is the normal density.",
             "", each([](double x) {
                 const double du = std::sqrt(2 / std::numbers::pi) * (1 + 3 * 0.044715 * x * x), g = tanh_gate(x);
                 return 2 * g * (1 - g) * du;
             })},
            {"slope_of_sigmoid",
             "gate (1 - gate), which is the slope of a sigmoid. Φ has another one: the normal density.", "",
             each([](double x) { return normal_share(x) * (1 - normal_share(x)); })},
            {"slope_of_the_slope", "-x φ(x): the derivative was taken once too often.", "",
             each([](double x) { return -x * density(x); })},
            {"slope_is_gate", "the gate itself. Here its derivative is wanted.", "", each(normal_share)},
        }};
}

}  // namespace

TEST_CASE("4.1 gate") {
    check(gate_exercise(), [](const Tensor<3>& x) { return gelu_forward(Gelu::erf, x); });
}

TEST_CASE("4.1 gate: wrong answers" * doctest::skip()) {
    prove(gate_exercise());
}

TEST_CASE("4.2 slope") {
    check(slope_exercise(), slope_of_erf);
}

TEST_CASE("4.2 slope: wrong answers" * doctest::skip()) {
    prove(slope_exercise());
}

}  // namespace vit
