#include "03_attention/softmax.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<2>(const Tensor<2>&)>;
using Backward = std::function<Tensor<2>(const Tensor<2>&, const Tensor<2>&)>;

std::size_t rows(const Tensor<2>& x) {
    return x.shape()[0];
}
std::size_t columns(const Tensor<2>& x) {
    return x.shape()[1];
}

/// The definition, row by row, with `shift` taken from every number of the row and `factor` in front of it.
Tensor<2> shares(const Tensor<2>& x, const std::function<double(std::size_t)>& shift, double factor = 1) {
    Tensor<2> y = zeros_like(x);
    for (std::size_t m = 0; m < rows(x); ++m) {
        double sum = 0;
        for (std::size_t n = 0; n < columns(x); ++n) sum += std::exp(factor * (x(m, n) - shift(m)));
        for (std::size_t n = 0; n < columns(x); ++n) y(m, n) = std::exp(factor * (x(m, n) - shift(m))) / sum;
    }
    return y;
}

double largest(const Tensor<2>& x, std::size_t m, double start = -INFINITY) {
    for (std::size_t n = 0; n < columns(x); ++n) start = std::max(start, x(m, n));
    return start;
}

Tensor<2> softmax(const Tensor<2>& x) {
    return shares(x, [&](std::size_t m) { return largest(x, m); });
}

Tensor<2> over_queries(const Tensor<2>& x) {
    const Tensor<2> turned = xt::transpose(x);
    return xt::transpose(softmax(turned));
}

/// exp(x) divided by one sum over everything.
Tensor<2> over_everything(const Tensor<2>& x) {
    double top = -INFINITY, sum = 0;
    for (double number : x) top = std::max(top, number);
    Tensor<2> y = xt::exp(x - top);
    for (double number : y) sum += number;
    return y / sum;
}

Tensor<2> unshared(const Tensor<2>& x) {
    Tensor<2> y = zeros_like(x);
    for (std::size_t m = 0; m < rows(x); ++m)
        for (std::size_t n = 0; n < columns(x); ++n) y(m, n) = std::exp(x(m, n) - largest(x, m));
    return y;
}

Tensor<2> plain_shares(const Tensor<2>& x) {
    Tensor<2> y = zeros_like(x);
    for (std::size_t m = 0; m < rows(x); ++m) {
        double sum = 0;
        for (std::size_t n = 0; n < columns(x); ++n) sum += x(m, n) - largest(x, m);
        for (std::size_t n = 0; n < columns(x); ++n) y(m, n) = (x(m, n) - largest(x, m)) / sum;
    }
    return y;
}

/// The sum goes on from row to row.
Tensor<2> sum_goes_on(const Tensor<2>& x) {
    Tensor<2> y = unshared(x);
    double sum = 0;
    for (std::size_t m = 0; m < rows(x); ++m) {
        for (std::size_t n = 0; n < columns(x); ++n) sum += y(m, n);
        for (std::size_t n = 0; n < columns(x); ++n) y(m, n) /= sum;
    }
    return y;
}

/// The sum is taken anew before each division.
Tensor<2> sum_taken_anew(const Tensor<2>& x) {
    Tensor<2> y = unshared(x);
    for (std::size_t m = 0; m < rows(x); ++m)
        for (std::size_t n = 0; n < columns(x); ++n) {
            double sum = 0;
            for (std::size_t k = 0; k < columns(x); ++k) sum += y(m, k);
            y(m, n) /= sum;
        }
    return y;
}

/// Rows that catch mistakes: all far above zero, all far below it, 100 apart, all equal.
Tensor<2> hard_rows() {
    Tensor<2> x = Rng(2).normal_tensor<2>({5, 3});
    xt::view(x, 0) += 800;
    xt::view(x, 1) -= 800;
    xt::view(x, 2) = Tensor<1>{0, 100, -100};
    xt::view(x, 3) = -3;
    return x;
}

Trial<Forward> try_on(const std::string& inputs, const Tensor<2>& x) {
    return {.inputs = inputs,
            .run = [x](const Forward& f) -> Outputs { return {output("y", "MN", f(x))}; },
            .givens = {output("x", "MN", x)},
            .tolerance = 1e-12};
}

Exercise<Forward> forward_exercise() {
    return {.name = "3.1 softmax_forward",
            .reference = softmax,
            .trials = {try_on("the scores of page 3, (1, 0, 1) / √2", Tensor<2>{{std::sqrt(0.5), 0, std::sqrt(0.5)}}),
                       try_on("random numbers, M=4 N=7", Rng(1).normal_tensor<2>({4, 7}, 0, 2)),
                       try_on("rows with numbers all near 800, all near -800, 100 apart, all equal", hard_rows())},
            .promises = {{"every row of y sums to 1",
                          [](const Outputs& made) {
                              return std::ranges::all_of(row_sums(made[0]),
                                                         [](double sum) { return std::abs(sum - 1) < 1e-9; });
                          }}},
            .wrong_answers = {
                {"softmax_over_queries",
                 "softmax over the queries: each column sums to 1. But a query's weights are a row: every row must sum "
                 "to 1.",
                 "labmlai/annotated_deep_learning_paper_implementations#146", over_queries},
                {"softmax_over_everything",
                 "a softmax over the whole tensor: all numbers together sum to 1. Every row is a softmax of its own: "
                 "largest number and sum belong to the row.",
                 "ml-explore/mlx#1041", over_everything},
                {"softmax_no_max",
                 "exp(x) / Σ exp(x) without the row's largest number taken away first: exp(800) is infinite, and "
                 "infinite / infinite is not a number.",
                 "intel/xFasterTransformer#326",
                 [](const Tensor<2>& x) { return shares(x, [](std::size_t) { return 0.0; }); }},
                {"softmax_max_with_zero",
                 "softmax with a largest number that starts at 0: in a row far below zero nothing is larger than 0, "
                 "and every exponential becomes 0. Start with the row's first number.",
                 "FluxML/NNlib.jl#43",
                 [](const Tensor<2>& x) { return shares(x, [&](std::size_t m) { return largest(x, m, 0); }); }},
                {"softmax_max_of_the_first_row",
                 "softmax with the first row's largest number for all rows. Each row has one of its own.", "",
                 [](const Tensor<2>& x) { return shares(x, [&](std::size_t) { return largest(x, 0); }); }},
                {"softmax_no_division",
                 "the exponentials exp(x - largest), not yet divided by their sum: step 4 makes them shares.", "",
                 unshared},
                {"softmax_sum_goes_on",
                 "exponentials divided by a sum that goes on from row to row. Each row has a sum of its own: start it "
                 "at 0 inside the loop over the rows.",
                 "", sum_goes_on},
                {"softmax_sum_taken_anew",
                 "exponentials divided by a sum that is taken anew for each number, while the numbers before are "
                 "divided already. Take the sum once, before the row changes.",
                 "", sum_taken_anew},
                {"softmax_without_exp",
                 "x divided by its sum without exp: shares of the numbers themselves, which may be negative.", "",
                 plain_shares},
                {"softmax_of_minus_x", "softmax of -x: the smallest number gets the largest share.", "",
                 [](const Tensor<2>& x) { return softmax(-x); }},
                {"softmax_twice",
                 "softmax of the softmax: the shares are made into shares once more, and come out nearly equal.",
                 "Lightning-AI/lightning-bolts#654", [](const Tensor<2>& x) { return softmax(softmax(x)); }},
            }};
}

/// dx_j = y_j (dy_j - sum_k y_k dy_k), as a product with the whole matrix of derivatives.
Tensor<2> softmax_gradient(const Tensor<2>& y, const Tensor<2>& dy) {
    Tensor<2> dx = zeros_like(y);
    for (std::size_t m = 0; m < rows(y); ++m)
        for (std::size_t j = 0; j < columns(y); ++j)
            for (std::size_t k = 0; k < columns(y); ++k)
                dx(m, j) += dy(m, k) * y(m, k) * ((j == k ? 1.0 : 0.0) - y(m, j));
    return dx;
}

/// y_j (dy_j - mixed), with `mixed` computed from the row in some way.
Tensor<2> gradient_with(const Tensor<2>& y, const Tensor<2>& dy, const std::function<double(std::size_t)>& mixed) {
    Tensor<2> dx = zeros_like(y);
    for (std::size_t m = 0; m < rows(y); ++m)
        for (std::size_t j = 0; j < columns(y); ++j) dx(m, j) = y(m, j) * (dy(m, j) - mixed(m));
    return dx;
}

Trial<Backward> try_on(const std::string& inputs, const Tensor<2>& x, const Tensor<2>& dy, double tolerance = 1e-12) {
    const Tensor<2> y = softmax(x);
    return {.inputs = inputs,
            .run = [y, dy](const Backward& f) -> Outputs { return {output("dx", "MN", f(y, dy))}; },
            .givens = {output("dy", "MN", dy), output("y", "MN", y), output("y dy", "MN", Tensor<2>(y * dy))},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const Tensor<2> scores = Rng(3).normal_tensor<2>({4, 7}, 0, 2), upstream = Rng(4).normal_tensor<2>({4, 7});
    return {
        .name = "3.2 softmax_backward",
        .reference = softmax_gradient,
        .trials = {try_on("a row of two equal shares, dy = (1, 0)", Tensor<2>{{0, 0}}, Tensor<2>{{1, 0}}),
                   try_on("random numbers, M=4 N=7", scores, upstream),
                   try_on("gradients of size 1e-6", scores, upstream * 1e-6, 1e-17)},
        .promises = {{"every row of dx sums to 0, because the shares of a row always sum to 1",
                      [](const Outputs& made) {
                          return std::ranges::all_of(row_sums(made[0]),
                                                     [](double sum) { return std::abs(sum) < 1e-9; });
                      }}},
        .wrong_answers = {
            {"softmax_backward_diagonal",
             "y (1 - y) dy, the derivative of each share by its own number only. A share also falls when another "
             "number rises, because all are divided by one sum: the part - y_j Σ y_k dy_k of the others is missing.",
             "", [](const Tensor<2>& y, const Tensor<2>& dy) -> Tensor<2> { return y * (1 - y) * dy; }},
            {"softmax_backward_no_sum",
             "y dy, as if y were only multiplied with something. What all shares of the row have in common, "
             "Σ y_k dy_k, must be taken from dy first.",
             "", [](const Tensor<2>& y, const Tensor<2>& dy) -> Tensor<2> { return y * dy; }},
            {"softmax_backward_plain_sum",
             "y (dy - Σ dy) with a plain sum of dy. Each dy_k counts by its share y_k: Σ y_k dy_k.", "",
             [](const Tensor<2>& y, const Tensor<2>& dy) {
                 return gradient_with(y, dy, [&](std::size_t m) {
                     double sum = 0;
                     for (std::size_t k = 0; k < columns(y); ++k) sum += dy(m, k);
                     return sum;
                 });
             }},
            {"softmax_backward_mean",
             "y (dy - mean of dy). The mean weighs all the same; here each dy_k counts by its share y_k: Σ y_k dy_k.",
             "",
             [](const Tensor<2>& y, const Tensor<2>& dy) {
                 return gradient_with(y, dy, [&](std::size_t m) {
                     double sum = 0;
                     for (std::size_t k = 0; k < columns(y); ++k) sum += dy(m, k);
                     return sum / static_cast<double>(columns(y));
                 });
             }},
            {"softmax_backward_sum_so_far",
             "y (dy - Σ y dy) with a sum that is still being added up: place j sees the products up to j only. Finish "
             "the sum in a loop of its own.",
             "",
             [](const Tensor<2>& y, const Tensor<2>& dy) {
                 Tensor<2> dx = zeros_like(y);
                 for (std::size_t m = 0; m < rows(y); ++m) {
                     double sum = 0;
                     for (std::size_t j = 0; j < columns(y); ++j) {
                         sum += y(m, j) * dy(m, j);
                         dx(m, j) = y(m, j) * (dy(m, j) - sum);
                     }
                 }
                 return dx;
             }},
            {"softmax_backward_over_queries",
             "y (dy - Σ y dy) with the sum down each column. The softmax was taken along a row, so the sum runs along "
             "the row.",
             "labmlai/annotated_deep_learning_paper_implementations#146",
             [](const Tensor<2>& y, const Tensor<2>& dy) -> Tensor<2> {
                 const Tensor<2> turned_y = xt::transpose(y), turned_dy = xt::transpose(dy);
                 return xt::transpose(softmax_gradient(turned_y, turned_dy));
             }},
            {"softmax_backward_whole_sum",
             "y (dy - Σ y dy) with one sum over the whole tensor. Rows know nothing of each other: each has a sum of "
             "its own.",
             "",
             [](const Tensor<2>& y, const Tensor<2>& dy) {
                 const double sum = xt::sum(y * dy)();
                 return gradient_with(y, dy, [sum](std::size_t) { return sum; });
             }},
        }};
}

}  // namespace

TEST_CASE("3.1 softmax_forward") {
    check(forward_exercise(), softmax_forward<2>);
}

TEST_CASE("3.1 softmax_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("3.2 softmax_backward") {
    check(backward_exercise(), softmax_backward<2>);
}

TEST_CASE("3.2 softmax_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
