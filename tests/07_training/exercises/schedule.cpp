#include "07_training/schedule.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "common/tensor/tensor.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Rate = std::function<double(const Schedule&, std::size_t)>;

/// The rates of steps 0 to 15.
Trial<Rate> try_on(const std::string& inputs, const Schedule& schedule) {
    return {.inputs = inputs,
            .run = [schedule](const Rate& f) -> Outputs {
                Tensor<1> rates = zeros<1>({16});
                for (std::size_t step = 0; step < 16; ++step) rates(step) = f(schedule, step);
                return {output("rate of each step", "S", rates)};
            },
            .constants = {{"the peak", schedule.peak}},
            .tolerance = 1e-12};
}

struct Slip {
    double first = 1;  // added to the step of the warm-up
    bool warms_up = true, is_constant = true, ends = true, halves = true;
    bool from_the_start = false, line = false, whole_wave = false, one_early = false, no_plus_one = false;
    bool one_late = false, upside_down = false, ignores_warmup = false;
    bool warmup_with_equal = false, whole_numbers = false, constant_at_once = false, constant_ends = false;
    bool warmup_over_total = false, no_pi = false, no_peak = false, after_end = false;
};

Rate with(const Slip& slip) {
    return [slip](const Schedule& s, std::size_t step) {
        const auto at = static_cast<double>(step), warmup = static_cast<double>(s.warmup_steps),
                   total = static_cast<double>(s.total_steps);
        const bool constant = s.after_warmup == AfterWarmup::constant;
        const bool warms_up = step < s.warmup_steps || (slip.warmup_with_equal && step == s.warmup_steps);
        if (slip.whole_numbers && warms_up) return step + 1 == s.warmup_steps ? s.peak : 0;
        if (slip.constant_at_once && constant) return s.peak;
        if (slip.warms_up && warms_up) return s.peak * (at + slip.first) / (slip.warmup_over_total ? total : warmup);
        if (slip.constant_ends && step >= s.total_steps) return 0.0;
        if (constant && slip.is_constant) return s.peak;
        if (slip.ends && (slip.after_end ? step > s.total_steps : step >= s.total_steps)) return 0.0;
        double progress = slip.from_the_start ? at / total : (at - warmup) / (total - warmup);
        if (!slip.warms_up) progress = at / total;
        if (slip.one_early) progress = (at - warmup) / (total - warmup - 1);
        if (slip.one_late) progress = (at - warmup) / (total - warmup + 1);
        if (slip.ignores_warmup) progress = (at - warmup) / total;
        if (slip.line) return s.peak * (1 - progress);
        const double wave = std::cos((slip.whole_wave ? 2 : 1) * (slip.no_pi ? 1 : std::numbers::pi) * progress);
        if (slip.no_plus_one) return s.peak * std::cos(std::numbers::pi * progress / 2);
        if (slip.upside_down) return s.peak * (1 - wave) / 2;
        return (slip.no_peak ? 1 : s.peak) * (1 + wave) * (slip.halves ? 0.5 : 1);
    };
}

Exercise<Rate> exercise() {
    return {
        .name = "7.4 learning_rate_at",
        .reference = with({}),
        .trials = {try_on("no warm-up, 12 steps", {.peak = 1, .warmup_steps = 0, .total_steps = 12}),
                   try_on("a warm-up of 4 steps, 12 in all, peak 0.3",
                          {.peak = 0.3, .warmup_steps = 4, .total_steps = 12}),
                   try_on("a warm-up of 4 steps, then constant",
                          {.peak = 0.3, .warmup_steps = 4, .total_steps = 12, .after_warmup = AfterWarmup::constant}),
                   try_on("a warm-up that is all there is, 5 steps",
                          {.peak = 0.3, .warmup_steps = 5, .total_steps = 5})},
        .promises = {{"no rate is above the peak or below 0",
                      [](const Outputs& made) {
                          for (double rate : made[0].numbers.values)
                              if (!(rate >= -1e-15 && rate <= 1 + 1e-15)) return false;
                          return true;
                      }}},
        .wrong_answers = {
            {"warmup_from_zero",
             "a warm-up that begins at 0: the first step does nothing. Step 0 gets 1 / warm-up steps of the peak.", "",
             with({.first = 0})},
            {"warmup_too_late", "a warm-up that goes beyond the peak: its last step has the peak.", "",
             with({.first = 2})},
            {"no_warmup", "a schedule without a warm-up: it begins at the peak.", "", with({.warms_up = false})},
            {"never_constant", "a cosine in any case: AfterWarmup::constant stays at the peak.", "",
             with({.is_constant = false})},
            {"up_again_after_the_end", "a rate that rises again after the last step. From total_steps on it is 0.", "",
             with({.ends = false})},
            {"cosine_not_halved", "peak (1 + cos), twice the peak at first. Halve it.", "", with({.halves = false})},
            {"cosine_from_the_start",
             "a cosine that counts the warm-up: progress runs from 0 to 1 over the steps that are left after it.", "",
             with({.from_the_start = true})},
            {"linear_decay", "a line down to 0. It is half a cosine here.", "", with({.line = true})},
            {"whole_wave", "a whole wave, down and up again. Half a cosine ends at 0: cos(π progress).", "",
             with({.whole_wave = true})},
            {"quarter_wave", "cos(π progress / 2), which falls slowest at the peak and fastest at the end.", "",
             with({.no_plus_one = true})},
            {"cosine_upside_down", "peak (1 - cos) / 2, which rises from 0 to the peak.", "",
             with({.upside_down = true})},
            {"cosine_ends_one_step_late", "a cosine over one step more, which does not reach its end.", "",
             with({.one_late = true})},
            {"cosine_over_all_steps",
             "a cosine that divides by all steps, the warm-up's among them: it does not reach its end.", "",
             with({.ignores_warmup = true})},
            {"warmup_one_step_too_long",
             "a warm-up that also has step number warm-up steps: its rate is above the peak, and without a warm-up it "
             "is "
             "1 / 0. Only smaller steps warm up.",
             "", with({.warmup_with_equal = true})},
            {"warmup_in_whole_numbers",
             "a warm-up divided in whole numbers: 1 / 4 is 0 then. Make doubles of them first.", "",
             with({.whole_numbers = true})},
            {"warmup_over_all_steps",
             "a warm-up divided by the steps of the whole run: it does not reach the peak. Divide by its own steps.",
             "", with({.warmup_over_total = true})},
            {"constant_at_once", "a constant rate without its warm-up. The warm-up comes first in any case.", "",
             with({.constant_at_once = true})},
            {"constant_that_ends",
             "a constant rate that is 0 after the end. It stays at its peak: only the cosine ends.", "",
             with({.constant_ends = true})},
            {"cosine_without_pi", "a cosine of progress without π: it falls to cos(1) and not to the bottom.", "",
             with({.no_pi = true})},
            {"cosine_without_peak", "a cosine that begins at 1 instead of the peak.", "", with({.no_peak = true})},
            {"zero_one_step_late",
             "a rate of 0 only after step number total_steps. If the warm-up is the whole run, the cosine divides by 0 "
             "there: >= and not >.",
             "", with({.after_end = true})},
            {"cosine_ends_one_step_early", "a cosine over one step less, so that the last step has a rate of 0.", "",
             with({.one_early = true})},
        }};
}

}  // namespace

TEST_CASE("7.4 learning_rate_at") {
    check(exercise(), learning_rate_at);
}

TEST_CASE("7.4 learning_rate_at: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
