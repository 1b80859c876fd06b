#include "07_training/adamw.h"

#include <fmt/core.h>

#include <cmath>
#include <stdexcept>

#include "common/tensor/parallel.h"

namespace vit {
namespace {

void check_same(const AdamW& state, const Parameters& parameters, const Parameters& gradients) {
    if (state.m.size() != parameters.size() || gradients.size() != parameters.size()) {
        throw std::invalid_argument(fmt::format("adamw_step: {} parameters, {} gradients, state for {}",
                                                parameters.size(), gradients.size(), state.m.size()));
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const std::size_t size = parameters[i].values.size();
        if (gradients[i].values.size() != size || state.m[i].size() != size) {
            throw std::invalid_argument(fmt::format("adamw_step: {} has {} numbers, its gradient {}, its state {}",
                                                    parameters[i].name, size, gradients[i].values.size(),
                                                    state.m[i].size()));
        }
    }
}

/// What the equation multiplies and adds in a step of one parameter tensor, in the type of its numbers.
struct Coefficients {
    Scalar beta1, beta2, rate, eps;
    Scalar m_correction, v_correction;  // 1 / (1 - beta1^t), 1 / (1 - beta2^t)
    Scalar shrink;                      // 1 - rate decay; 1 if the decay is coupled
    Scalar coupled_decay;               // decay; 0 if it is decoupled
};

Coefficients coefficients(const AdamW& state, double rate, double decay) {
    const auto& [beta1, beta2, eps, weight_decay, kind] = state.config;
    const bool decoupled = kind == WeightDecay::decoupled;
    const auto t = static_cast<double>(state.step);
    const auto scalar = [](double number) { return static_cast<Scalar>(number); };
    return {.beta1 = scalar(beta1),
            .beta2 = scalar(beta2),
            .rate = scalar(rate),
            .eps = scalar(eps),
            .m_correction = scalar(1 / (1 - std::pow(beta1, t))),
            .v_correction = scalar(1 / (1 - std::pow(beta2, t))),
            .shrink = scalar(decoupled ? 1 - rate * decay : 1),
            .coupled_decay = scalar(decoupled ? 0 : decay)};
}

/// The equation, for the numbers [begin, end) of a parameter tensor w with gradient dw.
// #region exercise 7.3 update (medium, 15 minutes)
void update(const Coefficients& c, std::span<const Scalar> dw, std::span<Scalar> m, std::span<Scalar> v,
            std::span<Scalar> w, std::size_t begin, std::size_t end) {
    const auto [beta1, beta2, rate, eps, m_correction, v_correction, shrink, coupled_decay] = c;
    for (std::size_t j = begin; j < end; ++j) {
        // 1. The mean gradient of late, and its mean square. Coupled decay is a part of the gradient.
        const Scalar g = dw[j] + coupled_decay * w[j];
        m[j] = beta1 * m[j] + (1 - beta1) * g;
        v[j] = beta2 * v[j] + (1 - beta2) * g * g;
        // 2. Both began at zero: the corrections make up for that. They are 1 / (1 - beta^t) already: multiply by them.
        const Scalar m_hat = m[j] * m_correction, v_hat = v[j] * v_correction;
        // 3. The step. Decoupled decay shrinks w beside it.
        w[j] = shrink * w[j] - rate * m_hat / (std::sqrt(v_hat) + eps);
    }
}
// #endregion

}  // namespace

AdamW make_adamw(const AdamWConfig& config, const Parameters& parameters) {
    AdamW state{config, {}, {}};
    for (const Parameter& p : parameters) state.m.emplace_back(p.values.size(), Scalar(0));
    state.v = state.m;
    return state;
}

Parameters named_parameters(AdamW& state, const Parameters& parameters) {
    Parameters named;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        named.push_back({"m." + parameters[i].name, parameters[i].shape, state.m[i]});
        named.push_back({"v." + parameters[i].name, parameters[i].shape, state.v[i]});
    }
    return named;
}

bool decays(const Parameter& parameter) {
    return parameter.name.ends_with("weight") && parameter.shape.size() >= 2;
}

void adamw_step(AdamW& state, double learning_rate, const Parameters& parameters, const Parameters& gradients) {
    check_same(state, parameters, gradients);
    ++state.step;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const double decay = decays(parameters[i]) ? state.config.weight_decay : 0;
        const Coefficients c = coefficients(state, learning_rate, decay);
        const std::span<Scalar> w = parameters[i].values;
        in_slices(w.size(), 1, [&](std::size_t begin, std::size_t end) {
            update(c, gradients[i].values, state.m[i], state.v[i], w, begin, end);
        });
    }
}

}  // namespace vit
