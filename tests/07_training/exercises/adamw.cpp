#include "07_training/adamw.h"

#include <doctest/doctest.h>

#include <cmath>

#include "common/tensor/parallel.h"
#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

// `update` is private to adamw.cpp; it is seen through adamw_step, which calls it for each parameter.
using Step = std::function<void(AdamW&, double, const Parameters&, const Parameters&)>;

struct Slip {
    bool corrects_m = true, corrects_v = true, eps_in_root = false, has_eps = true, root = true, squares = true,
         swaps = false;
    bool always_coupled = false, never_decays = false, decay_without_rate = false, uphill = false,
         momentum_only = false;
    bool forgets = false;  // m is the gradient of now
    bool signed_v = false;
    bool adds_up = false, turns_weights = false, keeps_corrected = false, follows_g = false, has_rate = true;
    bool decays_after = false, never_coupled = false, corrections_swapped = false, v_forgets = false, one_beta = false;
    bool beta_to_the_one = false, counts_from_two = false;
    bool divides_m = false, divides_v = false;  // by the corrections, which are 1 / (1 - beta^t) already
    bool v_of_m = false;
};

Step with(const Slip& slip) {
    return [slip](AdamW& state, double rate, const Parameters& parameters, const Parameters& gradients) {
        const AdamWConfig& c = state.config;
        const double beta1 = slip.swaps ? c.beta2 : c.beta1;
        double beta2 = slip.swaps ? c.beta1 : c.beta2;
        ++state.step;
        if (slip.one_beta) beta2 = beta1;
        double beta1_to_t = 1, beta2_to_t = 1;
        const std::size_t t = slip.beta_to_the_one ? 1 : slip.counts_from_two ? state.step + 1 : state.step;
        for (std::size_t i = 0; i < t; ++i) beta1_to_t *= c.beta1, beta2_to_t *= c.beta2;
        for (std::size_t i = 0; i < parameters.size(); ++i)
            for (std::size_t j = 0; j < parameters[i].values.size(); ++j) {
                double& w = parameters[i].values[j];
                const double decay = decays(parameters[i]) && !slip.never_decays ? c.weight_decay : 0;
                const bool coupled = slip.always_coupled || c.kind == WeightDecay::coupled;
                const double g = gradients[i].values[j] + (coupled && !slip.never_coupled ? decay * w : 0);
                double &m = state.m[i][j], &v = state.v[i][j];
                const double keep = slip.turns_weights ? 1 - beta1 : beta1;
                m = slip.forgets ? g : keep * m + (slip.adds_up ? 1 : 1 - keep) * g;
                const double square = slip.signed_v ? g : slip.v_of_m ? m * m : slip.squares ? g * g : std::abs(g);
                v = slip.v_forgets ? square : beta2 * v + (1 - beta2) * square;
                double m_hat = slip.corrects_m ? m / (1 - beta1_to_t) : m,
                       v_hat = slip.corrects_v ? v / (1 - beta2_to_t) : v;
                if (slip.corrections_swapped) m_hat = m / (1 - beta2_to_t), v_hat = v / (1 - beta1_to_t);
                if (slip.divides_m) m_hat = m * (1 - beta1_to_t);
                if (slip.divides_v) v_hat = v * (1 - beta2_to_t);
                if (slip.keeps_corrected) m = m_hat, v = v_hat;
                if (slip.follows_g) m_hat = g;
                const double eps = slip.has_eps ? c.eps : 0;
                double size = slip.eps_in_root ? std::sqrt(v_hat + eps) : std::sqrt(v_hat) + eps;
                if (!slip.root) size = v_hat + eps;
                if (slip.momentum_only) size = 1;
                const double move = (slip.uphill ? 1 : -1) * (slip.has_rate ? rate : 1) * m_hat / size;
                if (slip.decays_after) w += move;
                if (!coupled) w -= (slip.decay_without_rate ? 1 : rate) * decay * w;
                if (!slip.decays_after) w += move;
            }
    };
}

/// Three steps with other gradients each; one number's gradient stays 0.
Trial<Step> try_on(const std::string& inputs, const AdamWConfig& config, double gradient_size, double tolerance) {
    return {.inputs = inputs,
            .run = [=](const Step& f) -> Outputs {
                Tensor<2> weight = Rng(1).normal_tensor<2>({2, 3});
                Tensor<1> bias = Rng(2).normal_tensor<1>({4});
                const Parameters parameters{parameter("weight", weight), parameter("bias", bias)};
                AdamW state = make_adamw(config, parameters);
                for (std::uint64_t step = 0; step < 3; ++step) {
                    Tensor<2> dweight = Rng(3).fork(step).normal_tensor<2>({2, 3}, 0, gradient_size);
                    Tensor<1> dbias = Rng(4).fork(step).normal_tensor<1>({4}, 0, gradient_size);
                    dbias(3) = 0;
                    f(state, 0.1, parameters, {parameter("weight", dweight), parameter("bias", dbias)});
                }
                Tensor<1> m = zeros<1>({4}), v = m;  // as gradients of size 1 would leave them
                for (std::size_t j = 0; j < 4; ++j) {
                    m(j) = state.m[1][j] / gradient_size;
                    v(j) = state.v[1][j] / gradient_size / gradient_size;
                }
                return {output("m of the bias", "D", m), output("v of the bias", "D", v), output("bias", "D", bias),
                        output("weight", "OI", weight)};
            },
            .tolerance = tolerance};
}

/// One step with so many weights that two threads share them, each updating its own slices [begin, end).
Trial<Step> try_in_slices() {
    return {.inputs = "one step with 100,000 weights: each call of update has a slice of them, from begin to end",
            .run = [](const Step& f) -> Outputs {
                constexpr std::size_t count = 100'000;
                const ThreadLimit two_threads(2);
                Tensor<1> bias = zeros<1>({count}), dbias = bias;
                for (std::size_t j = 0; j < count; ++j) dbias(j) = 1 + static_cast<double>(j % 7);
                const Parameters parameters{parameter("bias", bias)};
                AdamW state = make_adamw({}, parameters);
                f(state, 0.1, parameters, {parameter("bias", dbias)});
                Tensor<1> m = zeros<1>({4}), v = m, w = m;  // four places, one in each quarter
                for (std::size_t j = 0; j < 4; ++j) {
                    m(j) = state.m[0][j * count / 4 + 11];
                    v(j) = state.v[0][j * count / 4 + 11];
                    w(j) = bias(j * count / 4 + 11);
                }
                return {output("m of the bias", "D", m), output("v of the bias", "D", v), output("bias", "D", w),
                        output("weight", "OI", zeros<2>({2, 3}))};
            },
            .tolerance = 1e-10};
}

Exercise<Step> exercise() {
    return {
        .name = "7.3 update",
        .reference = with({}),
        .trials = {try_on("three steps with random gradients, decay 0.3 beside the step", {.weight_decay = 0.3}, 1,
                          1e-10),
                   try_on("the same with the decay in the gradient",
                          {.weight_decay = 0.3, .kind = WeightDecay::coupled}, 1, 1e-10),
                   try_on("gradients of size 1e-6, which eps must not swallow", {.weight_decay = 0}, 1e-6, 1e-10),
                   try_in_slices()},
        .wrong_answers = {
            {"adam_no_bias_correction",
             "Adam without both corrections: m and v begin at zero, and the first steps have the wrong size.",
             "eriklindernoren/ML-From-Scratch#35", with({.corrects_m = false, .corrects_v = false})},
            {"adam_m_not_corrected", "Adam with m in place of m_hat.", "", with({.corrects_m = false})},
            {"adam_v_not_corrected", "Adam with v in place of v_hat.", "", with({.corrects_v = false})},
            {"adam_divides_by_corrections",
             "Adam with m and v divided by the corrections. c.m_correction is 1 / (1 - beta1^t) already, so that "
             "update "
             "multiplies: m_hat = m m_correction, v_hat = v v_correction.",
             "", with({.divides_m = true, .divides_v = true})},
            {"adam_divides_m_by_correction",
             "Adam with m divided by its correction. c.m_correction is 1 / (1 - beta1^t) already: multiply.", "",
             with({.divides_m = true})},
            {"adam_divides_v_by_correction",
             "Adam with v divided by its correction. c.v_correction is 1 / (1 - beta2^t) already: multiply.", "",
             with({.divides_v = true})},
            {"adam_v_of_m", "an Adam whose v is the mean of m². It is the mean of g², the gradient's square.", "",
             with({.v_of_m = true})},
            {"adam_eps_inside_root",
             "m_hat / √(v_hat + eps). The eps stands outside the root; inside, it outweighs gradients of 1e-6.",
             "tensorflow/tensorflow#35102", with({.eps_in_root = true})},
            {"adam_no_eps", "m_hat / √v_hat without eps: where a gradient has always been 0, that is 0 / 0.", "",
             with({.has_eps = false})},
            {"adam_no_root", "m_hat / v_hat: the root of v_hat is missing.", "", with({.root = false})},
            {"adam_no_square", "an Adam whose v is the mean of |g|. It is the mean of g².", "",
             with({.squares = false})},
            {"adam_v_of_g",
             "an Adam whose v is the mean of g, which may be negative and has no root then. It is the mean of g².", "",
             with({.signed_v = true})},
            {"adam_betas_swapped", "an Adam with beta1 and beta2 exchanged.", "", with({.swaps = true})},
            {"l2_instead_of_decoupled",
             "Adam with the decay inside the gradient in any case (L2). AdamW shrinks w beside the step, which shrink "
             "is for.",
             "nntrainer/nntrainer#3565", with({.always_coupled = true})},
            {"adam_no_decay", "Adam without weight decay.", "", with({.never_decays = true})},
            {"adam_decay_without_rate", "an AdamW that shrinks w by the decay alone: it shrinks by rate times decay.",
             "", with({.decay_without_rate = true})},
            {"adam_uphill", "a step along the gradient: that makes the loss larger. Take the step away from w.", "",
             with({.uphill = true})},
            {"adam_is_momentum",
             "a step of rate m_hat, without the division by √v_hat: gradient descent with momentum.", "",
             with({.momentum_only = true})},
            {"adam_m_adds_up", "an Adam whose m is the sum beta1 m + g. The new gradient counts by 1 - beta1: a mean.",
             "", with({.adds_up = true})},
            {"adam_weights_of_m_turned",
             "an Adam with m = (1 - beta1) m + beta1 g. It is the old m that counts by beta1.", "",
             with({.turns_weights = true})},
            {"adam_keeps_corrected",
             "an Adam that writes m_hat and v_hat back into m and v. The corrected ones are for this step only; m and "
             "v go on uncorrected.",
             "", with({.keeps_corrected = true})},
            {"adam_corrections_swapped", "an Adam in which m has v's correction, and v has m's.", "",
             with({.corrections_swapped = true})},
            {"adam_follows_g", "a step of rate g / (√v_hat + eps). It goes along m_hat, the mean gradient of late.", "",
             with({.follows_g = true})},
            {"adam_no_rate", "a step of m_hat / (√v_hat + eps), without the learning rate.", "",
             with({.has_rate = false})},
            {"adam_v_without_memory", "an Adam whose v is the square of this step's gradient alone.", "",
             with({.v_forgets = true})},
            {"adam_one_beta", "an Adam with beta1 for both means. v has beta2, and remembers for longer.", "",
             with({.one_beta = true})},
            {"adam_decay_after_the_step",
             "an AdamW that shrinks w after it has moved: shrink belongs to the old w, not to the step.", "",
             with({.decays_after = true})},
            {"adam_coupled_decay_forgotten",
             "an Adam that knows decay beside the step only. If it is coupled, it is part of the gradient: g = dw + "
             "coupled_decay w.",
             "", with({.never_coupled = true})},
            {"adam_beta_not_to_the_t",
             "an Adam that corrects by 1 - beta at every step. It is 1 - beta to the power of t, the step's number.",
             "", with({.beta_to_the_one = true})},
            {"adam_step_starts_at_two",
             "an Adam whose first step counts as the second. The correction of the first step is 1 - beta.", "",
             with({.counts_from_two = true})},
            {"adam_without_memory", "an Adam whose m is the gradient of this step alone.", "", with({.forgets = true})},
        }};
}

}  // namespace

TEST_CASE("7.3 update") {
    check(exercise(), adamw_step);
}

TEST_CASE("7.3 update: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
