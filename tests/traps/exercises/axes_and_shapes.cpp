#include "traps/axes_and_shapes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Product = std::function<Tensor<3>(const Tensor<3>&, const Tensor<3>&)>;
using Variances = std::function<Tensor<1>(const Tensor<2>&)>;
using AddRow = std::function<void(Tensor<2>&, const Tensor<1>&)>;

/// y(i, m, n) = the sum over k of term(i, m, k, n).
Tensor<3> product_of(const Tensor<3>& a, const Tensor<3>& b,
                     const std::function<double(std::size_t, std::size_t, std::size_t, std::size_t)>& term) {
    const auto [B, M, K] = a.shape();
    const std::size_t N = b.shape()[2];
    Tensor<3> y = zeros<3>({B, M, N});
    for (std::size_t i = 0; i < B; ++i)
        for (std::size_t m = 0; m < M; ++m)
            for (std::size_t n = 0; n < N; ++n)
                for (std::size_t k = 0; k < K; ++k) y(i, m, n) += term(i, m, k, n);
    return y;
}

Tensor<3> matrix_by_matrix(const Tensor<3>& a, const Tensor<3>& b) {
    return product_of(
        a, b, [&](std::size_t i, std::size_t m, std::size_t k, std::size_t n) { return a(i, m, k) * b(i, k, n); });
}

/// numpy's dot: (B, M, B, N), every matrix of a by every matrix of b, as a list.
std::vector<double> every_product(const Tensor<3>& a, const Tensor<3>& b) {
    const auto [B, M, K] = a.shape();
    std::vector<double> numbers;
    for (std::size_t i = 0; i < B; ++i)
        for (std::size_t m = 0; m < M; ++m)
            for (std::size_t j = 0; j < B; ++j)
                for (std::size_t n = 0; n < b.shape()[2]; ++n) {
                    numbers.push_back(0);
                    for (std::size_t k = 0; k < K; ++k) numbers.back() += a(i, m, k) * b(j, k, n);
                }
    return numbers;
}

Trial<Product> multiply(const std::string& inputs, const Tensor<3>& a, const Tensor<3>& b) {
    return {.inputs = inputs, .run = [a, b](const Product& f) -> Outputs { return {output("y", "BMN", f(a, b))}; }};
}

Exercise<Product> product_exercise() {
    return {
        .name = "X.3 batched_product",
        .reference = matrix_by_matrix,
        .trials = {multiply("a row by a column, twice: (1 2) by (3 4) and (5 6) by (7 8)",
                            Tensor<3>{{{1, 2}}, {{5, 6}}}, Tensor<3>{{{3}, {4}}, {{7}, {8}}}),
                   multiply("random numbers, B=3 M=2 K=5 N=4", Rng(1).normal_tensor<3>({3, 2, 5}),
                            Rng(2).normal_tensor<3>({3, 5, 4})),
                   multiply("random numbers, B=1 M=4 K=3 N=2", Rng(3).normal_tensor<3>({1, 4, 3}),
                            Rng(4).normal_tensor<3>({1, 3, 2}))},
        .wrong_answers = {
            {"dot_read_as_rank_3",
             "the first B M N numbers of what xt::linalg::dot gives: it multiplies every matrix of a by every matrix "
             "of "
             "b and gives (B, M, B, N). Matrix b of a belongs to matrix b of b only.",
             "",
             [](const Tensor<3>& a, const Tensor<3>& b) {
                 const std::vector<double> dot = every_product(a, b);
                 Tensor<3> y = zeros<3>({a.shape()[0], a.shape()[1], b.shape()[2]});
                 std::copy_n(dot.begin(), y.size(), y.begin());
                 return y;
             }},
            {"dot_with_first_matrix",
             "every matrix of a by the first one of b. Each has a partner of its own: the one with the same number.",
             "",
             [](const Tensor<3>& a, const Tensor<3>& b) {
                 return product_of(a, b, [&](std::size_t i, std::size_t m, std::size_t k, std::size_t n) {
                     return a(i, m, k) * b(0, k, n);
                 });
             }},
            {"dot_summed_over_the_batch",
             "every matrix of a by the sum of all matrices of b: the loop over b's matrices is no sum. Each product "
             "has "
             "a place of its own in y.",
             "",
             [](const Tensor<3>& a, const Tensor<3>& b) {
                 return product_of(a, b, [&](std::size_t i, std::size_t m, std::size_t k, std::size_t n) {
                     double sum = 0;
                     for (std::size_t j = 0; j < b.shape()[0]; ++j) sum += b(j, k, n);
                     return a(i, m, k) * sum;
                 });
             }},
            {"matrix_of_b_read_by_columns",
             "the product with b's matrices read column by column: (K, N) numbers were taken under the shape (N, K). "
             "b(b, k, n) is row k, column n.",
             "",
             [](const Tensor<3>& a, const Tensor<3>& b) {
                 const std::size_t K = b.shape()[1], N = b.shape()[2];
                 return product_of(a, b, [&](std::size_t i, std::size_t m, std::size_t k, std::size_t n) {
                     return a(i, m, k) * b.data()[i * K * N + n * K + k];
                 });
             }},
            {"only_last_term_of_dot",
             "the last term a(b, m, K-1) b(b, K-1, n) alone: = overwrites in every round of the loop over k what += "
             "would add up.",
             "",
             [](const Tensor<3>& a, const Tensor<3>& b) {
                 const std::size_t last = a.shape()[2] - 1;
                 return product_of(a, b, [&](std::size_t i, std::size_t m, std::size_t k, std::size_t n) {
                     return k == last ? a(i, m, k) * b(i, k, n) : 0;
                 });
             }},
        }};
}

double mean_of_row(const Tensor<2>& x, std::size_t m) {
    double sum = 0;
    for (std::size_t n = 0; n < x.shape()[1]; ++n) sum += x(m, n);
    return sum / static_cast<double>(x.shape()[1]);
}

double mean_of_all(const Tensor<2>& x) {
    double sum = 0;
    for (std::size_t m = 0; m < x.shape()[0]; ++m) sum += mean_of_row(x, m);
    return sum / static_cast<double>(x.shape()[0]);
}

double squares_around(const Tensor<2>& x, std::size_t m, double centre) {
    double sum = 0;
    for (std::size_t n = 0; n < x.shape()[1]; ++n) sum += (x(m, n) - centre) * (x(m, n) - centre);
    return sum;
}

Variances for_each_row_of(const std::function<double(const Tensor<2>&, std::size_t, double)>& number) {
    return [number](const Tensor<2>& x) {
        Tensor<1> y = zeros<1>({x.shape()[0]});
        for (std::size_t m = 0; m < y.size(); ++m) y(m) = number(x, m, static_cast<double>(x.shape()[1]));
        return y;
    };
}

double variance_of_row(const Tensor<2>& x, std::size_t m, double N) {
    return squares_around(x, m, mean_of_row(x, m)) / N;
}

Trial<Variances> variances_of(const std::string& inputs, const Tensor<2>& x) {
    return {.inputs = inputs,
            .run = [x](const Variances& f) -> Outputs {
                try {
                    return {output("y", "M", f(x))};
                } catch (const std::exception& error) {
                    if (std::string(error.what()).find("Cannot change dimension") == std::string::npos) throw;
                    throw std::invalid_argument(
                        "a single number was given to a Tensor<1>. xt::variance(x, 1) is one: the 1 does not mean axis "
                        "1, but is taken from the number of elements. An axis goes in braces, {1}");
                }
            },
            .constants = {{"N", static_cast<double>(x.shape()[1])}}};
}

Exercise<Variances> variances_exercise() {
    Tensor<2> far_off = Rng(6).normal_tensor<2>({2, 6});
    far_off += 1e8;
    return {
        .name = "X.4 row_variances",
        .reference = for_each_row_of(variance_of_row),
        .trials = {variances_of("the rows (1, 2, 3) and (0, 0, 6), whose variances are 2/3 and 8",
                                Tensor<2>{{1, 2, 3}, {0, 0, 6}}),
                   variances_of("random numbers, M=4 N=5", Rng(5).normal_tensor<2>({4, 5}, 1, 2)),
                   variances_of("numbers near 1e8, M=2 N=6", far_off)},
        .promises = {{"no variance is below 0",
                      [](const Outputs& made) {
                          return std::ranges::all_of(made[0].numbers.values, [](double y) { return y >= 0; });
                      }}},
        .wrong_answers = {
            {"variance_axis_taken_for_ddof",
             "one variance of all the numbers, for every row: xt::variance(x, 1) does not mean axis 1. The 1 is taken "
             "from the number of elements before dividing. An axis goes in braces: {1}.",
             "", for_each_row_of([](const Tensor<2>& x, std::size_t, double N) {
                 double sum = 0;
                 for (std::size_t m = 0; m < x.shape()[0]; ++m) sum += squares_around(x, m, mean_of_all(x));
                 return sum / (static_cast<double>(x.shape()[0]) * N - 1);
             })},
            {"variance_with_n_minus_1",
             "the sums of squares divided by N - 1: that estimates the variance of what the row is a sample of. The "
             "variance of the row itself divides by N.",
             "harvardnlp/annotated-transformer#119", for_each_row_of([](const Tensor<2>& x, std::size_t m, double N) {
                 return variance_of_row(x, m, N) * N / (N - 1);
             })},
            {"variance_around_common_mean",
             "squared distances from the mean of all numbers: each row has a mean of its own.", "",
             for_each_row_of(
                 [](const Tensor<2>& x, std::size_t m, double N) { return squares_around(x, m, mean_of_all(x)) / N; })},
            {"variance_without_mean", "the mean of the squares: the row's mean must be taken away before squaring.", "",
             for_each_row_of([](const Tensor<2>& x, std::size_t m, double N) { return squares_around(x, m, 0) / N; })},
            {"deviation_for_variance", "the standard deviation, the root of the variance.", "",
             for_each_row_of(
                 [](const Tensor<2>& x, std::size_t m, double N) { return std::sqrt(variance_of_row(x, m, N)); })},
            {"variance_by_mean_of_squares",
             "mean(x²) - mean(x)²: right on paper, but near 1e8 both are about 1e16, where doubles lie 2 apart, and "
             "nothing of the variance is left. Take the mean away first.",
             "", for_each_row_of([](const Tensor<2>& x, std::size_t m, double N) {
                 const double mean = mean_of_row(x, m);
                 return squares_around(x, m, 0) / N - mean * mean;
             })},
        }};
}

void add_where_it_fits(Tensor<2>& x, const Tensor<1>& row) {
    if (row.size() != x.shape()[1]) throw std::invalid_argument("row does not fit");
    for (std::size_t m = 0; m < x.shape()[0]; ++m)
        for (std::size_t n = 0; n < row.size(); ++n) x(m, n) += row(n);
}

/// x += row with xtensor's rules: what has size 1 is repeated, on either side. Throws `Error` where nothing helps.
template <class Error>
void add_by_repeating(Tensor<2>& x, const Tensor<1>& row) {
    const std::size_t M = x.shape()[0], have = x.shape()[1], N = std::max(have, row.size());
    if ((have != N && have != 1) || (row.size() != N && row.size() != 1)) throw Error("row does not fit");
    const Tensor<2> before = x;
    x = zeros<2>({M, N});
    for (std::size_t m = 0; m < M; ++m)
        for (std::size_t n = 0; n < N; ++n) x(m, n) = before(m, have == 1 ? 0 : n) + row(row.size() == 1 ? 0 : n);
}

/// Adds a row that does not fit: is that refused, and is x as it was?
Trial<AddRow> add_wrong_row(const std::string& inputs, const Tensor<2>& x, const Tensor<1>& row) {
    return {.inputs = inputs, .run = [x, row](const AddRow& f) -> Outputs {
                Tensor<2> changed = x;
                double refused = 0;
                try {
                    f(changed, row);
                } catch (const std::invalid_argument&) {
                    refused = 1;
                }
                return {output("x", "MN", changed), output("std::invalid_argument thrown", refused)};
            }};
}

Trial<AddRow> add_right_row(const std::string& inputs, const Tensor<2>& x, const Tensor<1>& row) {
    return {.inputs = inputs,
            .run = [x, row](const AddRow& f) -> Outputs {
                Tensor<2> changed = x;
                f(changed, row);
                return {output("x", "MN", changed), output("std::invalid_argument thrown", 0)};
            },
            .givens = {output("x as it was", "MN", x)}};
}

Exercise<AddRow> add_row_exercise() {
    return {
        .name = "X.5 add_row",
        .reference = add_where_it_fits,
        .trials =
            {add_right_row("the row (10, 20, 30) for x (2, 3)", Tensor<2>{{1, 2, 3}, {4, 5, 6}}, Tensor<1>{10, 20, 30}),
             add_right_row("random numbers, M=3 N=3", Rng(7).normal_tensor<2>({3, 3}), Rng(8).normal_tensor<1>({3})),
             add_right_row("one column, M=4 N=1", Rng(9).normal_tensor<2>({4, 1}), Tensor<1>{0.5}),
             add_wrong_row("a row of 3 numbers for one column, x (2, 1)", Tensor<2>{{1}, {2}}, Tensor<1>{10, 20, 30}),
             add_wrong_row("a row of 1 number for x (2, 3)", Tensor<2>{{1, 2, 3}, {4, 5, 6}}, Tensor<1>{10}),
             add_wrong_row("a row of 2 numbers for x (2, 3)", Tensor<2>{{1, 2, 3}, {4, 5, 6}}, Tensor<1>{10, 20})},
        .wrong_answers = {
            {"left_side_grown",
             "x += row without a question: the column grew into a matrix, and a row of one number was added "
             "everywhere, because xtensor repeats what has size 1. Compare the sizes first.",
             "", add_by_repeating<std::runtime_error>},
            {"only_growing_refused",
             "a check of whether x would grow, which is half of it: a row of 1 number is still repeated for all "
             "columns. row must have exactly N numbers.",
             "",
             [](Tensor<2>& x, const Tensor<1>& row) {
                 if (row.size() > x.shape()[1]) throw std::invalid_argument("row does not fit");
                 add_by_repeating<std::invalid_argument>(x, row);
             }},
            {"refused_after_adding",
             "the addition first and the check afterwards: it is refused, but x is no longer what it was. Check "
             "before you write.",
             "",
             [](Tensor<2>& x, const Tensor<1>& row) {
                 const std::size_t before = x.shape()[1];
                 add_by_repeating<std::invalid_argument>(x, row);
                 if (before != row.size()) throw std::invalid_argument("row does not fit");
             }},
            {"refused_with_another_exception",
             "a refusal by an exception that is not std::invalid_argument: whoever calls add_row waits for that one.",
             "",
             [](Tensor<2>& x, const Tensor<1>& row) {
                 if (row.size() != x.shape()[1]) throw std::runtime_error("row does not fit");
                 add_where_it_fits(x, row);
             }},
            {"row_refused_in_silence",
             "nothing where the row does not fit: x stays as it was, but nobody hears of it. Throw.", "",
             [](Tensor<2>& x, const Tensor<1>& row) {
                 if (row.size() == x.shape()[1]) add_where_it_fits(x, row);
             }},
            {"row_added_to_columns",
             "number m of the row added to all of x's row m: the row lies along the columns, number n goes to column "
             "n.",
             "",
             [](Tensor<2>& x, const Tensor<1>& row) {
                 if (row.size() != x.shape()[1]) throw std::invalid_argument("row does not fit");
                 for (std::size_t m = 0; m < x.shape()[0]; ++m)
                     for (std::size_t n = 0; n < row.size(); ++n) x(m, n) += row(m % row.size());
             }},
            {"row_added_once", "the row added to the first row of x only.", "",
             [](Tensor<2>& x, const Tensor<1>& row) {
                 if (row.size() != x.shape()[1]) throw std::invalid_argument("row does not fit");
                 for (std::size_t n = 0; n < row.size(); ++n) x(0, n) += row(n);
             }},
        }};
}

}  // namespace

TEST_CASE("X.3 batched_product") {
    check(product_exercise(), batched_product);
}

TEST_CASE("X.3 batched_product: wrong answers" * doctest::skip()) {
    prove(product_exercise());
}

TEST_CASE("X.4 row_variances") {
    check(variances_exercise(), row_variances);
}

TEST_CASE("X.4 row_variances: wrong answers" * doctest::skip()) {
    prove(variances_exercise());
}

TEST_CASE("X.5 add_row") {
    check(add_row_exercise(), add_row);
}

TEST_CASE("X.5 add_row: wrong answers" * doctest::skip()) {
    prove(add_row_exercise());
}

}  // namespace vit
