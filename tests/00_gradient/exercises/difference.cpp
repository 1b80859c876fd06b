#include "00_gradient/difference.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Loss = std::function<double()>;
using Slope = std::function<double(const Loss&, double&, double)>;

/// A loss of one number at some place, and the step h. A function that leaves the number changed is seen by its end.
Trial<Slope> try_on(const std::string& inputs, const std::function<double(double)>& loss, double at, double h) {
    return {.inputs = inputs,
            .run = [=](const Slope& f) -> Outputs {
                double w = at;
                const double slope = f([&] { return loss(w); }, w, h);
                return {output("the slope", slope), output("the number afterwards", w),
                        output("is it exactly what it was before (1: yes)", w == at ? 1 : 0)};
            },
            .constants = {{"h", h}},
            .tolerance = 1e-12};
}

double central(const Loss& loss, double& w, double h) {
    const double start = w;
    w = start + h;
    const double above_at = w, above = loss();
    w = start - h;
    const double below_at = w, below = loss();
    w = start;
    return (above - below) / (above_at - below_at);
}

Slope scaled(double factor) {
    return [factor](const Loss& loss, double& w, double h) { return factor * central(loss, w, h); };
}

Exercise<Slope> exercise() {
    const auto square = [](double w) { return w * w; };
    const auto cubic = [](double w) { return w * w * w - 2 * w; };
    return {
        .name = "0.1 central_difference",
        .reference = central,
        .trials = {try_on("w² at w = 3 with h = 0.5", square, 3, 0.5),
                   try_on("w³ - 2 w at w = 1.25 with h = 0.25", cubic, 1.25, 0.25),
                   try_on(
                       "exp(w) at w = -2 with h = 0.125", [](double w) { return std::exp(w); }, -2, 0.125),
                   try_on(
                       "a loss that is w itself, at w = 0.3 with h = 1e-9, where w + h is rounded: the slope is 1",
                       [](double w) { return w; }, 0.3, 1e-9)},
        .wrong_answers = {
            {"one_sided_difference",
             "(L(w + h) - L(w)) / h, a one-sided difference: its error shrinks with h, that of the central one with "
             "h².",
             "",
             [](const Loss& loss, double& w, double h) {
                 const double start = w, here = loss();
                 w = start + h;
                 const double above = loss();
                 w = start;
                 return (above - here) / h;
             }},
            {"difference_backward", "(L(w) - L(w - h)) / h, a one-sided difference on the other side.", "",
             [](const Loss& loss, double& w, double h) {
                 const double start = w, here = loss();
                 w = start - h;
                 const double below = loss();
                 w = start;
                 return (here - below) / h;
             }},
            {"difference_back_to_the_start",
             "(L(w + h) - L(w)) / 2h: h was taken away from w + h, and that is w again. The place below is w - h.", "",
             [](const Loss& loss, double& w, double h) {
                 const double start = w, here = loss();
                 w = start + h;
                 const double above = loss();
                 w = start;
                 return (above - here) / (2 * h);
             }},
            {"difference_two_steps_up",
             "(L(w + 2h) - L(w)) / 2h, a one-sided difference with twice the h. One place is above w, the other below.",
             "",
             [](const Loss& loss, double& w, double h) {
                 const double start = w, here = loss();
                 w = start + 2 * h;
                 const double above = loss();
                 w = start;
                 return (above - here) / (2 * h);
             }},
            {"difference_times_h",
             "the difference divided by 2 and multiplied with h, as C++ reads a / 2 * h. Write a / (2 * h).", "",
             [](const Loss& loss, double& w, double h) { return central(loss, w, h) * h * h; }},
            {"difference_divided_by_h", "the difference divided by h. The two places are 2 h apart.", "", scaled(2)},
            {"difference_not_divided", "the difference of the losses, not yet divided by 2 h.", "",
             [](const Loss& loss, double& w, double h) { return central(loss, w, h) * 2 * h; }},
            {"difference_wrong_sign", "L(w - h) - L(w + h), the slope downhill. Above comes first.", "", scaled(-1)},
            {"difference_divided_by_two_h",
             "a division by 2 h. The number moved by a little more or less: w + h and w - h are rounded. Keep the two "
             "places and divide by their distance.",
             "",
             [](const Loss& loss, double& w, double h) {
                 const double start = w;
                 w = start + h;
                 const double above = loss();
                 w = start - h;
                 const double below = loss();
                 w = start;
                 return (above - below) / (2 * h);
             }},
            {"difference_walks_back",
             "a number that was moved by h, by -2 h and by h again: each move is rounded, and it does not come back to "
             "the very place. Keep the number in a variable of its own, and put that back.",
             "",
             [](const Loss& loss, double& w, double h) {
                 w += h;
                 const double above = loss();
                 w -= 2 * h;
                 const double below = loss();
                 w += h;
                 return (above - below) / (2 * h);
             }},
            {"difference_leaves_the_number",
             "the right slope, but the number is not what it was: it stays at w - h. Put it back.", "",
             [](const Loss& loss, double& w, double h) {
                 const double slope = central(loss, w, h);
                 w -= h;
                 return slope;
             }},
        }};
}

}  // namespace

TEST_CASE("0.1 central_difference") {
    check(exercise(), [](const Loss& loss, double& w, double h) { return central_difference(loss, w, h); });
}

TEST_CASE("0.1 central_difference: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
