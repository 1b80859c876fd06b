#include "traps/precision.h"

#include <doctest/doctest.h>

#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Sum = std::function<double(std::span<const float>)>;

/// The numbers in order, added up in a Sum that is read as a double in the end.
template <class Total>
double added_up(std::span<const float> x) {
    Total sum = 0;
    for (float number : x) sum = static_cast<Total>(sum + static_cast<Total>(number));
    return static_cast<double>(sum);
}

/// Exact to the last digit of a long double.
double exact(std::span<const float> x) {
    return added_up<long double>(x);
}

/// Eight sums of floats side by side, as a vector register has them, added up at the end.
double in_eight_floats(std::span<const float> x) {
    std::array<float, 8> sums{};
    for (std::size_t i = 0; i < x.size(); ++i) sums[i % 8] += x[i];
    float sum = 0;
    for (float part : sums) sum += part;
    return static_cast<double>(sum);
}

Trial<Sum> add_up(const std::string& inputs, const std::vector<float>& x) {
    return {.inputs = inputs,
            .run = [x](const Sum& f) -> Outputs { return {output("sum", f(x))}; },
            .constants = {{"the number of numbers", static_cast<double>(x.size())}},
            .tolerance = 1e-12};
}

std::vector<float> positive_numbers(std::size_t count) {
    Rng rng(1);
    std::vector<float> x(count);
    for (float& number : x) number = static_cast<float>(std::abs(rng.normal()));
    return x;
}

Exercise<Sum> sum_exercise() {
    return {
        .name = "X.6 sum_of_floats",
        .reference = exact,
        .trials = {add_up("16,777,216 and two ones", {16777216, 1, 1}),
                   add_up("a hundred thousand times 0.1f", std::vector<float>(100000, 0.1F)),
                   add_up("1003 random numbers above 0", positive_numbers(1003)), add_up("no numbers", {})},
        .wrong_answers = {
            {"sum_in_float",
             "the sum in a float: it has 24 binary digits, so 16,777,216 + 1 is 16,777,216 again. Declare the sum as a "
             "double; so too the start value of std::accumulate: 0.0, not 0.0f.",
             "", added_up<float>},
            {"sum_in_int",
             "the sum in whole numbers: std::accumulate(begin, end, 0) takes its type from the 0, and cuts off what "
             "stands behind the point at each step. Start with 0.0.",
             "",
             [](std::span<const float> x) {
                 int sum = 0;
                 for (float number : x) sum = static_cast<int>(static_cast<float>(sum) + number);
                 return static_cast<double>(sum);
             }},
            {"sum_in_eight_floats",
             "eight sums in floats, added up at the end: each is shorter and loses less, but they still lose. (sum_of "
             "of "
             "common/tensor/rows.h adds up so; it is for one row of a few hundred numbers.)",
             "", in_eight_floats},
            {"sum_rounded_in_the_end",
             "the right sum, rounded to float in the end: a double that goes through a float loses its digits there.",
             "", [](std::span<const float> x) { return static_cast<double>(static_cast<float>(exact(x))); }},
            {"pairs_added_in_float",
             "a double to which two floats were added that had been added up in float before. Each number must become "
             "a double before it meets another.",
             "",
             [](std::span<const float> x) {
                 double sum = 0;
                 for (std::size_t i = 0; i < x.size(); i += 2)
                     sum += static_cast<double>(i + 1 < x.size() ? x[i] + x[i + 1] : x[i]);
                 return sum;
             }},
        }};
}

}  // namespace

TEST_CASE("X.6 sum_of_floats") {
    check(sum_exercise(), sum_of_floats);
}

TEST_CASE("X.6 sum_of_floats: wrong answers" * doctest::skip()) {
    prove(sum_exercise());
}

}  // namespace vit
