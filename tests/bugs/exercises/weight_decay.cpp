#include "bugs/weight_decay.h"

#include <doctest/doctest.h>

#include "07_training/adamw.h"
#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

using Gradients = std::vector<double>;

/// What may be wrong in a step.
struct Details {
    double decay = 1, first_step = 1;  // the decay of all steps, and of all steps but the first, times this
    double rate_in_decay = 1;          // 0: the decay is not multiplied by the rate
    bool corrected = true, eps_in_root = false, swapped = false;
    int starts_at = 1;
};

AdamWSteps with(const Details& details) {
    return [details](const AdamWOptions& p, double w, const Gradients& gradients) {
        const double beta1 = details.swapped ? p.beta2 : p.beta1, beta2 = details.swapped ? p.beta1 : p.beta2;
        double m = 0, v = 0, t = details.starts_at, decay = p.decay * details.decay;
        for (double g : gradients) {
            m += (1 - beta1) * (g - m);
            v += (1 - beta2) * (g * g - v);
            const double m_hat = details.corrected ? m / (1 - std::pow(beta1, t)) : m;
            const double v_hat = details.corrected ? v / (1 - std::pow(beta2, t)) : v;
            const double root = details.eps_in_root ? std::sqrt(v_hat + p.eps) : std::sqrt(v_hat) + p.eps;
            w -= std::pow(p.rate, details.rate_in_decay) * decay * w + (m_hat == 0 ? 0 : p.rate * m_hat / root);
            decay *= details.first_step;
            ++t;
        }
        return w;
    };
}

/// The step of chapter 7, on a model of one weight.
double chapter_7(const AdamWOptions& p, double w, const Gradients& gradients) {
    Tensor<2> weight{{w}}, gradient{{0}};
    const Parameters parameters{parameter("weight", weight)};
    AdamW state = make_adamw({.beta1 = p.beta1, .beta2 = p.beta2, .eps = p.eps, .weight_decay = p.decay}, parameters);
    for (double g : gradients) {
        gradient(0, 0) = g;
        adamw_step(state, p.rate, parameters, {parameter("weight", gradient)});
    }
    return weight(0, 0);
}

struct Case {
    AdamWOptions options;
    double w;
    Gradients gradients;
};

TestOf<AdamWSteps> compared_on(const std::vector<Case>& cases, double tolerance = 1e-9) {
    return [=](const AdamWSteps& steps) {
        return std::ranges::all_of(cases, [&](const Case& c) {
            const double got = steps(c.options, c.w, c.gradients), wanted = with({})(c.options, c.w, c.gradients);
            return std::abs(got - wanted) <= tolerance;
        });
    };
}

Exercise<TestOf<AdamWSteps>> exercise() {
    const Gradients changing{1, -3, 0.5, 2}, tiny{1e-6, -3e-6, 2e-6};
    return {
        .name = "B.7 adamw_steps_are_right",
        .reference = compared_on({{{}, 2, changing}, {{}, -1, tiny}}),
        .trials = trials_of<AdamWSteps>(
            {{"the steps of chapter 7", chapter_7}, {"the steps in another order of operations", with({})}},
            {{"the steps of bugs/weight_decay.h", suspect::adamw_steps},
             {"steps without decay", with({.decay = 0})},
             {"a decay that is not multiplied by the rate", with({.rate_in_decay = 0})},
             {"a decay in the first step only", with({.first_step = 0})},
             {"m and v without the division by 1 - beta^t", with({.corrected = false})},
             {"eps inside the root", with({.eps_in_root = true})},
             {"beta1 and beta2 in each other's place", with({.swapped = true})},
             {"a t that starts at 2", with({.starts_at = 2})}}),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_compares_steps_with_themselves",
             "that of a test that lets every code pass, as one does that compares code with itself. Work out by "
             "hand "
             "where the weight must be.",
             "", [=](const AdamWSteps& steps) { return steps({}, 2, changing) == steps({}, 2, changing); }},
            {"test_refuses_all_steps",
             "that of a test that refuses everything, right code too. What it expects is wrong, or the code is used "
             "in another way than its contract says.",
             "", [](const AdamWSteps&) { return false; }},
            {"test_uses_no_decay",
             "that of a test with a decay of 0: wherever it stands, nothing is seen of it. Take a decay, too.", "",
             compared_on({{{.decay = 0}, 2, changing}, {{.decay = 0}, 2, tiny}})},
            {"test_uses_zero_gradients_only",
             "that of a test whose gradients are all 0: only the decay is seen then. Take others, too.", "",
             compared_on({{{}, 2, {0, 0, 0}}})},
            {"test_sees_weight_shrink",
             "that of a test that only asks whether the weight becomes smaller without a gradient: it does so with "
             "the decay at a wrong place, too. Ask for the very number.",
             "",
             [](const AdamWSteps& steps) {
                 const double w = steps({}, 2, {0, 0});
                 return w < 2 && w > 0;
             }},
            {"test_uses_constant_gradient",
             "that of a test whose gradient is the same in each step: then m_hat is g and v_hat is g², whatever the "
             "betas are. Let it change.",
             "", compared_on({{{}, 2, {1, 1, 1}}, {{}, 2, {1e-6, 1e-6}}})},
            {"test_uses_one_step",
             "that of a test after a single step: nothing can be remembered yet, and nothing forgotten. Make "
             "several.",
             "", compared_on({{{}, 2, {1}}, {{}, 2, {1e-6}}})},
            {"test_uses_one_step_of_large_gradients",
             "that of a test after single steps, with large gradients. Nothing can be remembered yet, and eps is "
             "nothing beside them: make several steps in one call, and some with gradients of 1e-6.",
             "", compared_on({{{}, 2, {1}}, {{}, -1, {3}}})},
            {"test_uses_large_gradients",
             "that of a test whose gradients are large: eps is nothing beside them. Take one of 1e-6, too.", "",
             compared_on({{{}, 2, changing}})},
            {"test_tolerance_too_wide_for_steps",
             "that of a test whose tolerance is too wide: right code is within 1e-9.", "",
             compared_on({{{}, 2, changing}, {{}, 2, tiny}}, 0.02)},
        }};
}

}  // namespace

TEST_CASE("B.7 adamw_steps_are_right") {
    check(exercise(), adamw_steps_are_right);
}

TEST_CASE("B.7 adamw_steps_are_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
