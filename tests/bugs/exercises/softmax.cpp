#include "bugs/softmax.h"

#include <doctest/doctest.h>

#include <cmath>

#include "03_attention/softmax.h"
#include "common/tensor/random.h"
#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

/// The definition in plain loops, by long doubles, with another base if one is given. Leaves out the last `left_out`
/// keys of each sum.
Tensor<2> by_definition(const Tensor<2>& x, long double base = std::exp(1.0L), std::size_t left_out = 0) {
    const auto [M, N] = x.shape();
    Tensor<2> y = zeros_like(x);
    for (std::size_t m = 0; m < M; ++m) {
        long double largest = x(m, 0), sum = 0;
        for (std::size_t n = 0; n < N; ++n) largest = std::max<long double>(largest, x(m, n));
        for (std::size_t n = 0; n + left_out < N; ++n) sum += std::pow(base, x(m, n) - largest);
        for (std::size_t n = 0; n < N; ++n) y(m, n) = static_cast<Scalar>(std::pow(base, x(m, n) - largest) / sum);
    }
    return y;
}

Tensor<2> over_everything(const Tensor<2>& x) {
    Tensor<2> row = zeros<2>({1, x.size()});
    std::copy(x.begin(), x.end(), row.begin());
    const Tensor<2> shares = by_definition(row);
    Tensor<2> y = zeros_like(x);
    std::copy(shares.begin(), shares.end(), y.begin());
    return y;
}

Tensor<2> without_largest(const Tensor<2>& x) {
    const Tensor<2> powers = xt::exp(x);
    const Tensor<2> sum = xt::sum(powers, {1}, xt::keep_dims);
    return powers / sum;
}

/// exp(x - largest) / N: right only where all numbers of a row are the same.
Tensor<2> divided_by_count(const Tensor<2>& x) {
    const Tensor<2> largest = xt::amax(x, {1}, xt::keep_dims);
    return xt::exp(x - largest) / static_cast<double>(x.shape()[1]);
}

/// exp overflows, and what is not a number becomes 0.
Tensor<2> zero_for_nan(const Tensor<2>& x) {
    Tensor<2> y = without_largest(x);
    for (double& share : y)
        if (std::isnan(share)) share = 0;
    return y;
}

std::vector<Suspect<Softmax>> right_code() {
    return {{"the softmax of chapter 3", softmax_forward<2>},
            {"a softmax in plain loops, by long doubles", [](const Tensor<2>& x) { return by_definition(x); }}};
}

std::vector<Suspect<Softmax>> bugs() {
    return {{"the softmax of bugs/softmax.h", suspect::softmax},
            {"a softmax over the whole tensor", over_everything},
            {"a softmax that does not take the largest number away first", without_largest},
            {"a softmax that overflows, too, and puts 0 where NaN would be", zero_for_nan},
            {"a softmax of -x", [](const Tensor<2>& x) { return by_definition(-x); }},
            {"a softmax with 2.72 in place of e", [](const Tensor<2>& x) { return by_definition(x, 2.72L); }},
            {"a softmax divided by N instead of the sum", divided_by_count},
            {"a softmax whose sum leaves out the last key",
             [](const Tensor<2>& x) { return by_definition(x, std::exp(1.0L), 1); }},
            {"a softmax that is returned as its transpose", [](const Tensor<2>& x) -> Tensor<2> {
                 const Tensor<2> y = by_definition(x);
                 return xt::transpose(y);
             }}};
}

/// Are all numbers close to the right ones?
TestOf<Softmax> compared_on(const Tensor<2>& x, double tolerance) {
    return [x, tolerance](const Softmax& softmax) { return bool(same(softmax(x), by_definition(x), "MN", tolerance)); };
}

bool rows_sum_to_one(const Tensor<2>& x, const Softmax& softmax) {
    const Tensor<2> y = softmax(x);
    if (y.shape() != x.shape()) return false;
    const std::vector<double> sums = row_sums(output("y", "MN", y));
    return std::ranges::all_of(sums, [](double sum) { return std::abs(sum - 1) < 1e-9; });
}

Exercise<TestOf<Softmax>> exercise() {
    const Tensor<2> small = Rng(1).normal_tensor<2>({3, 5}), square = Rng(2).normal_tensor<2>({3, 3});
    Tensor<2> large = small;
    large *= 1000;
    large(0, 0) = large(0, 1);
    Tensor<2> both = zeros<2>({6, 5});  // the small rows, and the large ones
    xt::view(both, xt::range(0, 3)) = small;
    xt::view(both, xt::range(3, 6)) = large;

    return {
        .name = "B.1 softmax_is_right",
        .reference = compared_on(both, 1e-9),
        .trials = trials_of(right_code(), bugs()),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_checks_shape_only_of_softmax",
             "that of a test that looks at the shape alone: all but one of the bugs give a tensor of the right "
             "shape. "
             "Look at the numbers.",
             "", [=](const Softmax& softmax) { return softmax(small).shape() == small.shape(); }},
            {"test_compares_softmax_with_itself",
             "that of a test that lets every code pass, as one does that compares code with itself. What is right "
             "must come from elsewhere: worked by hand, or from the definition.",
             "", [=](const Softmax& softmax) { return bool(same(softmax(small), softmax(small), "MN")); }},
            {"test_refuses_every_softmax",
             "that of a test that refuses everything, right code too. Is a sum of shares to be exactly 1? It is so "
             "only within 1e-9. Or is what it expects wrong, or the code used in another way than its contract says?",
             "", [](const Softmax&) { return false; }},
            {"test_wants_every_bit_of_softmax",
             "that of a test that compares without a tolerance: right code in another order rounds differently. "
             "Allow 1e-9.",
             "", [=](const Softmax& softmax) { return bool(same(softmax(both), softmax_forward(both), "MN")); }},
            {"test_uses_square_input_and_one_sum",
             "that of a test whose input is square and that adds up all of y: with as many queries as keys the sum "
             "is "
             "M over either axis. Take other sizes, and compare every number.",
             "",
             [=](const Softmax& softmax) {
                 const Tensor<2> y = softmax(square);
                 return std::abs(xt::sum(y)() - 3) < 1e-9;
             }},
            {"test_uses_square_zeros",
             "that of a test whose input is square and all zeros: every share is 1 / 3 then, over either axis, of x "
             "and of -x. Take numbers that differ.",
             "", compared_on(zeros<2>({3, 3}), 1e-9)},
            {"test_checks_row_sums_only",
             "that of a test that adds up the rows and no more: many functions have rows that sum to 1. Compare "
             "every number.",
             "", [=](const Softmax& softmax) { return rows_sum_to_one(small, softmax); }},
            {"test_checks_row_sums_of_large_scores",
             "that of a test that adds up the rows and no more, of large scores too: many functions have rows that sum "
             "to 1. Compare every number.",
             "", [=](const Softmax& softmax) { return rows_sum_to_one(both, softmax); }},
            {"test_accepts_nan",
             "that of a test that lets NaN pass: NaN > 1e-9 is false, as is every comparison with NaN. Ask whether all "
             "differences are below 1e-9, not whether one is above.",
             "",
             [=](const Softmax& softmax) {
                 const Tensor<2> y = softmax(both), wanted = by_definition(both);
                 for (std::size_t i = 0; i < y.size(); ++i)
                     if (std::abs(y.data()[i] - wanted.data()[i]) > 1e-9) return false;
                 return y.shape() == both.shape();
             }},
            {"test_uses_one_row",
             "that of a test with a single query: all there is, is then that row. Take at least two, unlike each "
             "other.",
             "",
             [=](const Softmax& softmax) {
                 const Tensor<2> row{{1000, 1000, -3, 999}};
                 return compared_on(row, 1e-9)(softmax);
             }},
            {"test_uses_small_scores",
             "that of a test whose numbers are all small: exp(1000) is infinite, so add a row with large numbers.", "",
             compared_on(small, 1e-9)},
            {"test_tolerance_too_wide_for_softmax",
             "that of a test whose tolerance is too wide: in double, right code is within 1e-9. What is 1e-3 off "
             "is another function.",
             "", compared_on(both, 1e-2)},
        }};
}

}  // namespace

TEST_CASE("B.1 softmax_is_right") {
    check(exercise(), softmax_is_right);
}

TEST_CASE("B.1 softmax_is_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
