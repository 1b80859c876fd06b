#include "traps/recipes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Shares = std::function<Tensor<2>(const Tensor<2>&)>;
using Subtract = std::function<Tensor<1>(Tensor<2>&)>;

/// What one number of x becomes, or is divided by: it stands at (m, n).
using AtPlace = std::function<double(std::size_t m, std::size_t n)>;

Tensor<2> divided(const Tensor<2>& x, const AtPlace& divisor) {
    const auto [M, N] = x.shape();
    Tensor<2> y = zeros_like(x);
    for (std::size_t m = 0; m < M; ++m)
        for (std::size_t n = 0; n < N; ++n) y(m, n) = x(m, n) / divisor(m, n);
    return y;
}

double sum_of_row(const Tensor<2>& x, std::size_t m) {
    double sum = 0;
    for (std::size_t n = 0; n < x.shape()[1]; ++n) sum += x(m, n);
    return sum;
}

double sum_of_column(const Tensor<2>& x, std::size_t n) {
    double sum = 0;
    for (std::size_t m = 0; m < x.shape()[0]; ++m) sum += x(m, n);
    return sum;
}

double sum_of_all(const Tensor<2>& x) {
    double sum = 0;
    for (std::size_t m = 0; m < x.shape()[0]; ++m) sum += sum_of_row(x, m);
    return sum;
}

double absolute_sum(const Tensor<2>& x, std::size_t m) {
    double sum = 0;
    for (std::size_t n = 0; n < x.shape()[1]; ++n) sum += std::abs(x(m, n));
    return sum;
}

/// What x / xt::sum(x, {1}, xt::keep_dims) divides by: N numbers in memory, but begun one number later with each
/// column, and further off with each row. Behind the end of x may lie anything; here, zeros.
double sum_read_at_wrong_place(const Tensor<2>& x, std::size_t m, std::size_t n) {
    const std::size_t N = x.shape()[1], begin = m * (2 * N - 1) + n;
    double sum = 0;
    for (std::size_t i = begin; i < begin + N; ++i) sum += i < x.size() ? x.data()[i] : 0;
    return sum;
}

std::vector<Tensor<2>> tables() {
    return {{{1, 2, 3}, {4, 5, 11}}, Rng(1).normal_tensor<2>({3, 3}, 2), Rng(2).normal_tensor<2>({4, 7}, 0, 2)};
}

/// Has every row of y one divisor? Two rows of x and y then have the same numbers but for a factor.
bool one_divisor_for_each_row(const Outputs& made) {
    for (const Tensor<2>& x : tables()) {
        const Numbers& y = made[0].numbers;
        if (y.shape != shape_of(x)) continue;
        const std::size_t N = x.shape()[1];
        for (std::size_t i = 0; i < x.size(); ++i) {
            const std::size_t first = i / N * N;
            if (!(std::abs(y.values[i] * x.data()[first] - y.values[first] * x.data()[i]) < 1e-9)) return false;
        }
    }
    return true;
}

Trial<Shares> share_out(const std::string& inputs, const Tensor<2>& x) {
    return {.inputs = inputs,
            .run = [x](const Shares& f) -> Outputs { return {output("y", "MN", f(x))}; },
            .givens = {output("x", "MN", x)}};
}

Exercise<Shares> shares_exercise() {
    const auto by = [](const std::function<double(const Tensor<2>&, std::size_t, std::size_t)>& divisor) -> Shares {
        return [divisor](const Tensor<2>& x) {
            return divided(x, [&](std::size_t m, std::size_t n) { return divisor(x, m, n); });
        };
    };
    return {
        .name = "X.1 row_shares",
        .reference = by([](const Tensor<2>& x, std::size_t m, std::size_t) { return sum_of_row(x, m); }),
        .trials = {share_out("the rows (1, 2, 3) and (4, 5, 11)", tables()[0]),
                   share_out("random numbers, M=3 N=3", tables()[1]),
                   share_out("random numbers of both signs, M=4 N=7", tables()[2])},
        .promises = {{"every row of y sums to 1",
                      [](const Outputs& made) {
                          return std::ranges::all_of(row_sums(made[0]),
                                                     [](double sum) { return std::abs(sum - 1) < 1e-9; });
                      }},
                     {"all numbers of a row are divided by the same number", one_divisor_for_each_row}},
        .wrong_answers = {
            {"recipe_of_sum_in_quotient",
             "x divided by sums that were read at the wrong place in memory: this is what x / xt::sum(x, {1}, "
             "xt::keep_dims) does, as the sum is still a recipe. Give the sum a name and a type: const Tensor<2> sum.",
             "", by(sum_read_at_wrong_place)},
            {"shares_of_columns",
             "each column divided by its own sum. A share is a part of its row: sum along axis 1, over the columns.",
             "", by([](const Tensor<2>& x, std::size_t, std::size_t n) { return sum_of_column(x, n); })},
            {"shares_of_everything",
             "x divided by the sum of all its numbers: without an axis, xt::sum adds up everything.", "",
             by([](const Tensor<2>& x, std::size_t, std::size_t) { return sum_of_all(x); })},
            {"row_sums_in_a_row",
             "each column divided by the sum of the row with the same number: without xt::keep_dims the sums are (M), "
             "which xtensor lays along the last axis. That fits only where M is N. The sums must stand in a column, "
             "(M, 1).",
             "", by([](const Tensor<2>& x, std::size_t, std::size_t n) {
                 if (x.shape()[0] != x.shape()[1] && x.shape()[0] != 1)
                     throw std::invalid_argument("the shapes do not fit");
                 return sum_of_row(x, n);
             })},
            {"shares_of_absolute_sum",
             "x divided by the sum of absolute numbers. A negative number lowers the sum of its row, and has a "
             "negative "
             "share.",
             "", by([](const Tensor<2>& x, std::size_t m, std::size_t) { return absolute_sum(x, m); })},
            {"mean_for_sum", "each row divided by its mean, which is the sum divided by N: the row then sums to N.", "",
             by([](const Tensor<2>& x, std::size_t m, std::size_t) {
                 return sum_of_row(x, m) / static_cast<double>(x.shape()[1]);
             })},
        }};
}

double largest_in_row(const Tensor<2>& x, std::size_t m) {
    double largest = x(m, 0);
    for (std::size_t n = 0; n < x.shape()[1]; ++n) largest = std::max(largest, x(m, n));
    return largest;
}

double largest_of_all(const Tensor<2>& x) {
    double largest = x(0, 0);
    for (std::size_t m = 0; m < x.shape()[0]; ++m) largest = std::max(largest, largest_in_row(x, m));
    return largest;
}

/// Takes from every row of x what `number` says of it. Returns that.
Tensor<1> subtract(Tensor<2>& x, const std::function<double(const Tensor<2>&, std::size_t)>& number) {
    const auto [M, N] = x.shape();
    const Tensor<2> before = x;
    Tensor<1> subtracted = zeros<1>({M});
    for (std::size_t m = 0; m < M; ++m) {
        subtracted(m) = number(before, m);
        for (std::size_t n = 0; n < N; ++n) x(m, n) -= subtracted(m);
    }
    return subtracted;
}

Tensor<1> largest_now(const Tensor<2>& x) {
    Tensor<1> largest = zeros<1>({x.shape()[0]});
    for (std::size_t m = 0; m < x.shape()[0]; ++m) largest(m) = largest_in_row(x, m);
    return largest;
}

/// Every number takes the largest of its row as it is by then.
void subtract_what_is_largest_by_then(Tensor<2>& x) {
    for (std::size_t m = 0; m < x.shape()[0]; ++m)
        for (std::size_t n = 0; n < x.shape()[1]; ++n) x(m, n) -= largest_in_row(x, m);
}

Trial<Subtract> subtract_from(const std::string& inputs, const Tensor<2>& x) {
    return {.inputs = inputs,
            .run = [x](const Subtract& f) -> Outputs {
                Tensor<2> changed = x;
                const Tensor<1> largest = f(changed);
                return {output("x", "MN", changed), output("largest", "M", largest)};
            },
            .givens = {output("x as it was", "MN", x)}};
}

Exercise<Subtract> subtract_exercise() {
    Tensor<2> far_below_zero = Rng(4).normal_tensor<2>({2, 4});
    far_below_zero -= 1000;
    return {.name = "X.2 subtract_largest",
            .reference = [](Tensor<2>& x) { return subtract(x, largest_in_row); },
            .trials = {subtract_from("the rows (3, 5, 4) and (7, 1, 2)", Tensor<2>{{3, 5, 4}, {7, 1, 2}}),
                       subtract_from("random numbers, M=5 N=3", Rng(3).normal_tensor<2>({5, 3})),
                       subtract_from("random numbers near -1000, M=2 N=4", far_below_zero)},
            .promises = {{"no number of x is above 0 afterwards",
                          [](const Outputs& made) {
                              return std::ranges::all_of(made[0].numbers.values, [](double x) { return x <= 0; });
                          }}},
            .wrong_answers = {
                {"recipe_read_after_the_change",
                 "the right x, but a list of zeros: auto largest = xt::amax(...) is a recipe, which looked at x again "
                 "when it was returned, and by then every row's largest number is 0. Only a declared Tensor<1> "
                 "keeps the numbers.",
                 "",
                 [](Tensor<2>& x) {
                     subtract(x, largest_in_row);
                     return largest_now(x);
                 }},
                {"recipe_read_during_the_change",
                 "what comes of it if every number asks anew for the largest of its row, while the row is changing: a "
                 "recipe in auto does so. Make a Tensor<1> of it before x changes.",
                 "",
                 [](Tensor<2>& x) {
                     subtract_what_is_largest_by_then(x);
                     return largest_now(x);
                 }},
                {"largest_looked_up_in_the_loop",
                 "the right list, but in x every number asked anew for the largest of its row, while the row was "
                 "changing. Find it once for each row, before the row changes.",
                 "",
                 [](Tensor<2>& x) {
                     const Tensor<1> largest = largest_now(x);
                     subtract_what_is_largest_by_then(x);
                     return largest;
                 }},
                {"largest_of_everything",
                 "x minus the largest number of all: each row has a largest number of its own.", "",
                 [](Tensor<2>& x) {
                     return subtract(x, [](const Tensor<2>& before, std::size_t) { return largest_of_all(before); });
                 }},
                {"largest_in_size",
                 "x minus the number of each row that is farthest from 0: xt::amax is the maximum (the a stands for "
                 "array), not the largest absolute number.",
                 "",
                 [](Tensor<2>& x) {
                     return subtract(x, [](const Tensor<2>& before, std::size_t m) {
                         double farthest = 0;
                         for (std::size_t n = 0; n < before.shape()[1]; ++n)
                             if (std::abs(before(m, n)) > std::abs(farthest)) farthest = before(m, n);
                         return farthest;
                     });
                 }},
                {"largest_begun_with_zero",
                 "x minus a largest number that starts at 0: in a row below zero nothing is larger. Start with the "
                 "row's first number.",
                 "FluxML/NNlib.jl#43",
                 [](Tensor<2>& x) {
                     return subtract(x, [](const Tensor<2>& before, std::size_t m) {
                         return std::max(0.0, static_cast<double>(largest_in_row(before, m)));
                     });
                 }},
                {"only_a_copy_changed",
                 "the right list, with x as it was: only a copy was changed. The function takes Tensor<2>& and must "
                 "write into it.",
                 "", [](Tensor<2>& x) { return largest_now(x); }},
            }};
}

}  // namespace

TEST_CASE("X.1 row_shares") {
    check(shares_exercise(), row_shares);
}

TEST_CASE("X.1 row_shares: wrong answers" * doctest::skip()) {
    prove(shares_exercise());
}

TEST_CASE("X.2 subtract_largest") {
    check(subtract_exercise(), subtract_largest);
}

TEST_CASE("X.2 subtract_largest: wrong answers" * doctest::skip()) {
    prove(subtract_exercise());
}

}  // namespace vit
