// What the tests share: comparing tensors, provoking errors, checking gradients, and reading PyTorch's values.
#pragma once

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>
#include <typeinfo>

#include "00_gradient/verdict.h"
#include "common/files/safetensors.h"
#include "common/tensor/comparison.h"
#include "common/tensor/parameters.h"
#include "common/tensor/random.h"
#include "common/tensor/tensor.h"

namespace doctest {
template <>
struct StringMaker<vit::Comparison> {
    static String convert(const vit::Comparison& comparison) {
        return comparison ? "no difference" : comparison.difference.c_str();
    }
};
}  // namespace doctest

namespace vit {

inline Numbers numbers(std::span<const Scalar> values) {
    return {{values.size()}, {values.begin(), values.end()}};
}

inline Numbers numbers(const Parameter& p) {
    return {p.shape, {p.values.begin(), p.values.end()}};
}

inline Numbers numbers(const StoredTensor& stored) {
    const std::vector<Scalar> values = stored.values();
    return {stored.shape, {values.begin(), values.end()}};
}

/// Are these lists of tensors the same? If not, the comparison is of the first tensor that differs.
inline Comparison same(const Parameters& got, const Parameters& wanted, double tolerance = 0) {
    if (got.size() != wanted.size())
        return {std::to_string(got.size()) + " tensors, wanted " + std::to_string(wanted.size())};
    for (std::size_t i = 0; i < got.size(); ++i) {
        if (got[i].name != wanted[i].name) return {got[i].name + ", wanted " + wanted[i].name};
        const Comparison comparison = compare(numbers(got[i]), numbers(wanted[i]), "", tolerance);
        if (!comparison) return {got[i].name + " " + comparison.difference};
    }
    return {};
}

/// sum(weights * y): a loss that gives every output its own upstream gradient.
template <std::size_t Rank>
double weighted_sum(const Tensor<Rank>& weights, const Tensor<Rank>& y) {
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
        sum += static_cast<double>(weights.flat(i)) * static_cast<double>(y.flat(i));
    return sum;
}

/// The message of the exception that `action` throws; "no error" if it throws none, and the type if it is not an Error:
/// CHECK(error_of<std::invalid_argument>([&] { make_linear(0, 3); }) == "...").
template <class Error, class Action>
std::string error_of(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    } catch (const std::exception& error) {
        return std::string("another type, ") + typeid(error).name() + ": " + error.what();
    }
    return "no error";
}

/// Gives every parameter random numbers: zeros and ones hide mistakes.
inline void fill_random(const Parameters& parameters, Rng& rng) {
    for (const Parameter& p : parameters) rng.fill_normal(p.values, Scalar(0.1), Scalar(0.5));
}

/// The parameters of a layer that has none.
struct NoParameters {};
inline Parameters named_parameters(NoParameters&) {
    return {};
}

/// Are the gradients right? If not, the comparison has a line for each wrong tensor, the worst first.
inline Comparison right(const GradientReport& report, double tolerance) {
    return {fmt::format("{}", fmt::join(wrong_gradients(report, tolerance), "\n"))};
}

/// Holds a layer's gradients, for its input x and all its parameters, against central differences of sum(dy * y) with a
/// random dy; then sees that a second backward pass adds the same gradients again. The layer gets random parameters,
/// `grad` must be zero. forward(x) returns y, the same for the same x; backward(x, dy, grad) follows it and returns dx.
template <class Layer, std::size_t Rank, class Forward, class Backward>
void check_layer_gradients(Layer& layer, Layer grad, Tensor<Rank> x, const Forward& forward, const Backward& backward,
                           std::size_t most = 200) {
    Rng rng(1);
    fill_random(named_parameters(layer), rng);
    auto dy = forward(x);
    rng.fill_normal(dy.storage(), 0, 1);
    Tensor<Rank> dx = backward(x, dy, grad);

    Parameters inputs = named_parameters(layer), gradients = named_parameters(grad);
    inputs.push_back(parameter("x", x));
    gradients.push_back(parameter("x", dx));
    const auto loss = [&] { return weighted_sum(dy, forward(x)); };
    const Comparison gradients_are_right = right(check_gradients(loss, inputs, gradients, most), 1e-6);
    CHECK(gradients_are_right);

    Layer twice = grad;
    forward(x);
    const Tensor<Rank> dx_again = backward(x, dy, twice);
    const Comparison second_run_gives_the_same_dx = compare(numbers(dx_again), numbers(dx), "", 0);
    CHECK(second_run_gives_the_same_dx);
    const Comparison second_run_adds{second_run_error(named_parameters(grad), named_parameters(twice))};
    CHECK(second_run_adds);
}

/// How far values may be from PyTorch's, which were computed in double.
constexpr double fixture_tolerance = sizeof(Scalar) == sizeof(double) ? 1e-10 : 1e-5;

/// Compares each of these tensors with the one named PREFIX + its own name.
inline void check_against(const Safetensors& file, const std::string& prefix, const Parameters& tensors) {
    for (const Parameter& p : tensors) {
        const StoredTensor& stored = file.at(prefix + p.name);
        INFO(stored.name);
        CHECK(compare(numbers(p), numbers(stored), "", fixture_tolerance));
    }
}

/// Fills each of these tensors with the one named PREFIX + its own name.
inline void read_from(const Safetensors& file, const std::string& prefix, const Parameters& tensors) {
    for (const Parameter& p : tensors) {
        const StoredTensor& stored = file.at(prefix + p.name);
        INFO(stored.name);
        REQUIRE(p.shape == stored.shape);
        stored.copy_to(p.values);
    }
}

template <std::size_t Rank>
Tensor<Rank> tensor_of(const Safetensors& file, const std::string& name) {
    const StoredTensor& stored = file.at(name);
    REQUIRE(stored.shape.size() == Rank);
    typename Tensor<Rank>::shape_type shape;
    std::copy(stored.shape.begin(), stored.shape.end(), shape.begin());
    Tensor<Rank> x(shape);
    stored.copy_to({x.data(), x.size()});
    return x;
}

/// Holds the output and all gradients of a layer against the values of layers.safetensors under its name. `forward` and
/// `backward` are as in check_layer_gradients.
template <std::size_t Rank, class Layer, class Forward, class Backward>
void check_layer_fixture(const Safetensors& file, const std::string& name, Layer& layer, Layer grad,
                         const Forward& forward, const Backward& backward) {
    INFO(name);
    read_from(file, name + "/p/", named_parameters(layer));
    const Tensor<Rank> x = tensor_of<Rank>(file, name + "/x");
    auto y = forward(x);
    check_against(file, name + "/", {parameter("y", y)});
    auto dy = y;
    read_from(file, name + "/", {parameter("dy", dy)});
    Tensor<Rank> dx = backward(x, dy, grad);
    check_against(file, name + "/", {parameter("dx", dx)});
    check_against(file, name + "/g/", named_parameters(grad));
}

}  // namespace vit
