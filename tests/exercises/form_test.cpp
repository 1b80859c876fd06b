#include "tests/exercises/form.h"

#include <doctest/doctest.h>

#include <cmath>

namespace vit {
namespace {

const Tensor<2> x{{1, 2, 4}, {8, 16, 33}};  // (M, N)

Output y(const Tensor<2>& numbers) {
    return output("y", "MN", numbers);
}

/// What is said of `got` where x is wanted: "NAME: SENTENCE", or "nothing".
std::string said(const Tensor<2>& got, const Outputs& givens = {}, const Constants& constants = {}) {
    const std::optional<Form> form = form_of(y(got), y(x), givens, constants);
    return form ? form->name + ": " + form->sentence : "nothing";
}

}  // namespace

TEST_CASE("numbers of no simple form are not explained, nor what is not finite or has another size") {
    CHECK(said({{2, 3, 4}, {7, 17, 30}}) == "nothing");
    CHECK(said({{1, 2, 4}, {8, 16, NAN}}) == "nothing");
    CHECK(said({{1, 2}, {8, 16}}) == "nothing");
}

TEST_CASE("a factor is named by what it is in the exercise, a sign as a sign") {
    CHECK(said(x * 5) == "factor: y is what it should be times 5.");
    CHECK(said(x * 2) == "factor: y is what it should be times 2, which is M here.");
    CHECK(said(x / 3) == "factor: y is what it should be times 0.333333, which is 1 / N here.");
    CHECK(said(x * 0.7, {}, {{"1 - p", 0.7}}) == "factor: y is what it should be times 0.7, which is 1 - p here.");
    CHECK(said(-x) == "sign: y has the wrong sign.");
    CHECK(said(x + 0.25) == "offset: y is what it should be plus 0.25.");
    CHECK(said(zeros_like(x)) ==
          "zero: y is 0 everywhere: nothing was written into it, or every number came out as 0 (1 / n in whole numbers "
          "is 0).");
}

TEST_CASE("a number keeps what it means in every trial") {
    const auto form = [](double factor, const Tensor<2>& wanted) {
        return *form_of(y(wanted * factor), y(wanted), {}, {});
    };
    const Form three = form(1.0 / 3, x), two = form(1.0 / 2, {{1, 2}, {3, 4.5}}), five = form(5, x);
    CHECK(in_all({three, two}, 0).sentence == "y is what it should be times 1 / N.");
    CHECK(in_all({two, form(1.0 / 2, x)}, 0).sentence == "y is what it should be times 0.5, which is 1 / M here.");
    CHECK(in_all({three, five}, 1).sentence ==
          "y is what it should be times a number that is another one in each trial.");
}

TEST_CASE("the transpose is told from numbers that did not move") {
    const Tensor<2> turned = xt::transpose(x), in_place = xt::reshape_view(turned, {2, 3});
    CHECK(said(turned) ==
          "swapped axes: y has the right numbers, but its axes M and N are swapped: it is the transpose.");
    CHECK(said(in_place) ==
          "not moved: y has the right numbers and the right shape, but the numbers lie as if its axes M and "
          "N were swapped: a new shape moves nothing.");
}

TEST_CASE("places along an axis that are shifted, reversed, reordered, or one for all") {
    CHECK(said({{2, 4, 1}, {16, 33, 8}}) ==
          "shifted: y is shifted by 1 along axis N: at N = 0 stands what belongs to N = 1.");
    CHECK(said({{4, 2, 1}, {33, 16, 8}}) == "reversed: y runs the wrong way along axis N: the last comes first.");
    CHECK(said({{2, 1, 4}, {16, 8, 33}}) ==
          "reordered: y has its places along axis N in another order: at N = 0, 1, ... "
          "stands what belongs to N = 1, 0, 2.");
    CHECK(said({{1, 1, 1}, {8, 8, 8}}) == "one for all: y holds what belongs to N = 0 at every place of axis N.");
    CHECK(said({{16, 4, 1}, {2, 33, 8}}) == "other places: y has the right numbers, each once, but at other places.");
}

TEST_CASE("one place that is wrong, and whether anything was written there") {
    CHECK(said({{1, 2, 9}, {8, 16, 3}}) == "one place wrong: y is right but for N = 2, the last.");
    CHECK(said({{0, 2, 4}, {0, 16, 33}}) ==
          "one place wrong: y is right but for N = 0, the first; nothing was written there.");
    CHECK(said({{1, 9, 4}, {8, 3, 33}}) == "one place wrong: y is right but for N = 1.");
}

TEST_CASE("what is right at the first place only, or at the last one, looks like a loop's mistake") {
    const std::string carried = " and wrong behind it: does something carry over from one ";
    CHECK(said({{1, 3, 7}, {8, 24, 57}}) ==
          "right at first N: y is right at N = 0" + carried + "N to the next that should begin anew?");
    CHECK(said({{7, 3, 4}, {5, 20, 33}}) ==
          "right at last N: y is right only at the last N: is something done inside the loop that belongs behind it, "
          "or written over?");
    CHECK(said({{1, 2, 4}, {9, 17, 34.5}}).starts_with("right at first M: "));
    CHECK(!form_of(y({{1, 2, 4}, {9, 17, 34.5}}), y(x), {}, {})->is_sure);  // M is only 2
    const Tensor<3> wanted{{{1, 2, 4}, {8, 16, 33}}, {{7, 3, 1}, {5, 11, 21}}};
    Tensor<3> rows = wanted;
    for (std::size_t i = 3; i < rows.size(); ++i) rows.data()[i] += rows.data()[i - 1];
    CHECK(form_of(output("y", "BMN", rows), output("y", "BMN", wanted), {}, {})->name == "right at first row");
}

TEST_CASE("a term that is missing or too many, and an input that came back unchanged") {
    const Tensor<2> given{{3, 1, 4}, {1, 5, 9}};
    const Outputs givens{output("dy", "MN", given)};
    CHECK(said(x - given, givens) == "missing term: y lacks a term: the difference is exactly dy.");
    CHECK(said(x + given * 2, givens) ==
          "term too many: y has a term too many: the difference is exactly dy times 2, which is M here.");
    CHECK(said(given, givens) == "unchanged: y is dy, unchanged.");
}

}  // namespace vit
