#include "01_patch_embedding/linear.h"

#include <doctest/doctest.h>

#include <array>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

/// The function for both ranks: (B, N, I), and (M, I) as chapter 6's head has it.
struct Forward {
    std::function<Tensor<3>(const Linear&, const Tensor<3>&)> tokens;
    std::function<Tensor<2>(const Linear&, const Tensor<2>&)> rows;
};
struct Backward {
    std::function<Tensor<3>(const Linear&, const Tensor<3>&, const Tensor<3>&, Linear&)> tokens;
    std::function<Tensor<2>(const Linear&, const Tensor<2>&, const Tensor<2>&, Linear&)> rows;
};

/// The same numbers with an axis of size 1 in front, and without it.
Tensor<3> one_image(const Tensor<2>& x) {
    return xt::reshape_view(x, {std::size_t(1), x.shape()[0], x.shape()[1]});
}
Tensor<2> rows_of_image(const Tensor<3>& x) {
    return xt::reshape_view(x, {x.shape()[1], x.shape()[2]});
}

struct Slip {
    double bias_sign = 1;
    bool bias_alone = false, adds_bias = true, bias_in_sum = false, transposed = false, first_bias = false,
         last_only = false, one_row = false;
    bool turned = false;  // x weight, which fits only where there are as many inputs as outputs
};

Forward with(const Slip& slip) {
    const auto tokens = [slip](const Linear& p, const Tensor<3>& x) {
        const auto [B, N, I] = x.shape();
        const std::size_t O = p.weight.shape()[0];
        if (slip.turned && I != O) throw std::invalid_argument("the matrices do not fit");
        Tensor<3> y = zeros<3>({B, N, O});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t n = 0; n < N; ++n)
                for (std::size_t o = 0; o < O; ++o) {
                    const double bias = p.bias.size() > 0 ? p.bias(slip.first_bias ? 0 : o) : 0;
                    for (std::size_t i = 0; i < I; ++i) {
                        // the same memory read as (I, O)
                        const double weight =
                            slip.transposed || slip.turned ? p.weight.data()[i * O + o] : p.weight(o, i);
                        if (slip.last_only) y(b, n, o) = 0;
                        y(b, n, o) +=
                            weight * x(slip.one_row ? 0 : b, slip.one_row ? 0 : n, i) + (slip.bias_in_sum ? bias : 0);
                    }
                    if (slip.bias_alone) y(b, n, o) = 0;
                    if (slip.adds_bias && !slip.bias_in_sum) y(b, n, o) += slip.bias_sign * bias;
                }
        return y;
    };
    return {tokens, [tokens](const Linear& p, const Tensor<2>& x) { return rows_of_image(tokens(p, one_image(x))); }};
}

Linear random_linear(std::size_t inputs, std::size_t outputs, bool bias = true) {
    Linear p = make_linear(inputs, outputs, bias);
    Rng rng(1);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.2, 1);
    return p;
}

Trial<Forward> try_on(const std::string& inputs, const Linear& p, const Tensor<3>& x) {
    const std::array<std::size_t, 3> shape{x.shape()[0], x.shape()[1], p.weight.shape()[0]};
    Tensor<3> bias = zeros<3>(shape);  // in every row
    for (std::size_t k = 0; k < bias.size() && p.bias.size() > 0; ++k) bias.data()[k] = p.bias(k % shape[2]);
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs { return {output("y", "BNO", f.tokens(p, x))}; },
            .givens = {output("the bias", "BNO", bias)},
            .tolerance = 1e-11};
}

Trial<Forward> try_on_rows(const std::string& inputs, const Linear& p, const Tensor<2>& x) {
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs { return {output("y", "MO", f.rows(p, x))}; },
            .tolerance = 1e-11};
}

Exercise<Forward> forward_exercise() {
    const Linear small{.weight = {{1, 2}, {3, 4}}, .bias = {10, 20}};
    return {
        .name = "1.3 linear_forward",
        .reference = with({}),
        .trials = {try_on("x = (1, 1), weight ((1, 2), (3, 4)), bias (10, 20)", small, Tensor<3>{{{1, 1}}}),
                   try_on("random numbers, B=2 N=3 I=5 O=4", random_linear(5, 4), Rng(2).normal_tensor<3>({2, 3, 5})),
                   try_on("the same without a bias", random_linear(5, 4, false), Rng(2).normal_tensor<3>({2, 3, 5})),
                   try_on_rows("an x of rank 2, M=7 I=5 O=4", random_linear(5, 4), Rng(5).normal_tensor<2>({7, 5}))},
        .wrong_answers = {
            {"bias_missing", "x weightᵀ without the bias.", "", with({.adds_bias = false})},
            {"weight_transposed",
             "a product with the weight's memory read as (I, O). It is (O, I), a row for each output; with as many "
             "inputs as "
             "outputs no shape gives that away.",
             "rasbt/LLMs-from-scratch#857", with({.transposed = true})},
            {"weight_not_transposed",
             "x weight, where x weightᵀ is meant: the weight is (O, I), so it must be transposed, Transpose::second in "
             "matmul_rows. Otherwise the product fits only where there are as many inputs as outputs.",
             "rasbt/LLMs-from-scratch#857", with({.turned = true})},
            {"bias_in_the_sum",
             "x weightᵀ with the bias added once for every input. It is added once for every output.", "",
             with({.bias_in_sum = true})},
            {"first_bias_for_all", "a bias of the first output for all of them: bias(o), not bias(0).", "",
             with({.first_bias = true})},
            {"last_input_only", "the last input's product alone: = where += is meant, in the sum over the inputs.", "",
             with({.last_only = true})},
            {"bias_subtracted", "x weightᵀ less the bias. It is added.", "", with({.bias_sign = -1})},
            {"bias_alone", "the bias alone: the product was overwritten, = where += is meant.", "",
             with({.bias_alone = true})},
            {"first_row_for_all", "the first token's result for every token.", "", with({.one_row = true})},
        }};
}

struct Way {
    bool overwrites = false, transposed = false, last_row = false, mean = false, no_bias = false;
    bool dweight_turned = false, last_output = false, bias_for_each_input = false, swapped = false;
    bool by_gradient = false, by_gradient_before = false;  // dx made with grad.weight
};

Backward way(const Way& way) {
    const auto tokens = [way](const Linear& p, const Tensor<3>& x, const Tensor<3>& dy, Linear& grad) {
        const auto [B, N, I] = x.shape();
        const std::size_t O = p.weight.shape()[0];
        Tensor<3> dx = zeros<3>({B, N, I});
        Linear d = make_linear(I, O, p.bias.size() > 0);
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t n = 0; n < N; ++n) {
                if (way.last_row) d.weight.fill(0), d.bias.fill(0);
                for (std::size_t o = 0; o < O; ++o) {
                    const double times = way.bias_for_each_input ? static_cast<double>(I) : 1;
                    if (d.bias.size() > 0 && !way.no_bias) d.bias(o) += times * dy(b, n, o);
                    for (std::size_t i = 0; i < I; ++i) {
                        (way.dweight_turned ? d.weight.data()[i * O + o] : d.weight(o, i)) +=
                            dy(b, n, o) * (way.swapped ? p.weight(o, i) : x(b, n, i));
                        if (way.last_output) dx(b, n, i) = 0;
                        dx(b, n, i) += dy(b, n, o) * (way.transposed ? p.weight.data()[i * O + o]
                                                      : way.swapped  ? x(b, n, i)
                                                                     : p.weight(o, i));
                    }
                }
            }
        if (way.by_gradient || way.by_gradient_before) {
            const double adds = way.by_gradient ? 1 : 0;
            dx.fill(0);
            for (std::size_t r = 0; r < B * N; ++r)
                for (std::size_t o = 0; o < O; ++o)
                    for (std::size_t i = 0; i < I; ++i)
                        dx.data()[r * I + i] += dy.data()[r * O + o] * (grad.weight(o, i) + adds * d.weight(o, i));
        }
        const double share = way.mean ? 1 / static_cast<double>(B * N) : 1;
        for (std::size_t k = 0; k < d.weight.size(); ++k)
            grad.weight.data()[k] = d.weight.data()[k] * share + (way.overwrites ? 0 : grad.weight.data()[k]);
        for (std::size_t k = 0; k < d.bias.size(); ++k)
            grad.bias(k) = d.bias(k) * share + (way.overwrites ? 0 : grad.bias(k));
        return dx;
    };
    return {tokens, [tokens](const Linear& p, const Tensor<2>& x, const Tensor<2>& dy, Linear& grad) {
                return rows_of_image(tokens(p, one_image(x), one_image(dy), grad));
            }};
}

Trial<Backward> try_back(const std::string& inputs, const Linear& p, const Tensor<3>& x, const Tensor<3>& dy,
                         const Linear& before, double tolerance = 1e-11) {
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Linear grad = before;
                const Tensor<3> dx = f.tokens(p, x, dy, grad);
                return {output("grad.bias", "O", grad.bias), output("grad.weight", "OI", grad.weight),
                        output("dx", "BNI", dx)};
            },
            .tolerance = tolerance};
}

Trial<Backward> try_back_rows(const std::string& inputs, const Linear& p, const Tensor<2>& x, const Tensor<2>& dy,
                              const Linear& before) {
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Linear grad = before;
                const Tensor<2> dx = f.rows(p, x, dy, grad);
                return {output("grad.bias", "O", grad.bias), output("grad.weight", "OI", grad.weight),
                        output("dx", "MI", dx)};
            },
            .tolerance = 1e-11};
}

Exercise<Backward> backward_exercise() {
    const Linear small{.weight = {{1, 2}, {3, 4}}, .bias = {10, 20}}, p = random_linear(5, 4);
    const Tensor<3> x = Rng(3).normal_tensor<3>({2, 3, 5}), dy = Rng(4).normal_tensor<3>({2, 3, 4});
    return {
        .name = "1.4 linear_backward",
        .reference = way({}),
        .trials = {try_back("x = (1, 5), weight ((1, 2), (3, 4)), dy = (1, 10)", small, Tensor<3>{{{1, 5}}},
                            Tensor<3>{{{1, 10}}}, make_linear(2, 2)),
                   try_back("random numbers, B=2 N=3 I=5 O=4, in gradients that are not zero before", p, x, dy, p),
                   try_back("the same without a bias", random_linear(5, 4, false), x, dy, random_linear(5, 4, false)),
                   try_back("gradients of size 1e-6", p, x, dy * 1e-6, make_linear(5, 4), 1e-16),
                   try_back_rows("x and dy of rank 2, M=7 I=5 O=4", p, Rng(5).normal_tensor<2>({7, 5}),
                                 Rng(6).normal_tensor<2>({7, 4}), p)},
        .wrong_answers = {
            {"linear_gradient_overwritten",
             "grad = ... where grad += ... is meant: what other layers, or an earlier pass, had put there is lost.",
             "karpathy/nn-zero-to-hero#52", way({.overwrites = true})},
            {"linear_dx_not_by_rows", "dx with the weight's memory read as (I, O). dx_i = Σ_o dy_o weight(o, i).", "",
             way({.transposed = true})},
            {"linear_gradient_of_last_row",
             "gradients of the last row alone. Every row used the same weight and bias, so they collect from all rows.",
             "", way({.last_row = true})},
            {"linear_gradient_set_in_the_loop",
             "what the last row alone gives, put in place of what was there: = where += is meant, inside the loop over "
             "the rows.",
             "", way({.overwrites = true, .last_row = true})},
            {"linear_gradient_mean",
             "gradients divided by the number of rows. The loss says how it averages, a layer adds.", "",
             way({.mean = true})},
            {"linear_dx_of_gradient",
             "dx made with grad.weight, to which dyᵀ x had been added. What x was multiplied by is the weight, "
             "p.weight: dx = dy weight.",
             "", way({.by_gradient = true})},
            {"linear_dx_of_gradient_before",
             "dx made with grad.weight as it was before. What x was multiplied by is the weight, p.weight: dx = dy "
             "weight.",
             "", way({.by_gradient_before = true})},
            {"linear_no_bias_gradient",
             "a gradient of the bias that nothing was added to: it gets the sum of dy over all rows.", "",
             way({.no_bias = true})},
            {"linear_x_and_weight_swapped",
             "dweight made with the weight, and dx made with x. In x_i weight(o, i), the slope by one factor is the "
             "other factor.",
             "", way({.swapped = true})},
            {"linear_bias_gradient_for_each_input",
             "a gradient of the bias that collects each dy_o once for every input. The bias is no part of the sum over "
             "the inputs: add dy_o outside of that loop.",
             "", way({.bias_for_each_input = true})},
            {"linear_dx_of_last_output",
             "dx from the last output alone: = where += is meant. Every output used x_i, so dx_i sums over all of "
             "them.",
             "", way({.last_output = true})},
            {"linear_dweight_turned",
             "xᵀ dy in the memory of a weight: the gradient (I, O), and its weight is (O, I). dweight(o, i) = Σ dy_o "
             "x_i.",
             "", way({.dweight_turned = true})},
        }};
}

}  // namespace

TEST_CASE("1.3 linear_forward") {
    check(forward_exercise(), {linear_forward<3>, linear_forward<2>});
}

TEST_CASE("1.3 linear_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("1.4 linear_backward") {
    check(backward_exercise(), {linear_backward<3>, linear_backward<2>});
}

TEST_CASE("1.4 linear_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
