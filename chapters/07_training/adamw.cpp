#include "07_training/adamw.h"

#include <fmt/core.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "common/tensor/parallel.h"

namespace vit {
namespace {

void check_same(const AdamW& state, const Parameters& parameters, const Parameters& gradients) {
    if (state.first.size() != parameters.size() || gradients.size() != parameters.size()) {
        throw std::invalid_argument(fmt::format("adamw_step: {} parameters, {} gradients, state for {}",
                                                parameters.size(), gradients.size(), state.first.size()));
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const std::size_t size = parameters[i].values.size();
        if (gradients[i].values.size() != size || state.first[i].size() != size) {
            throw std::invalid_argument(fmt::format("adamw_step: {} has {} numbers, its gradient {}, its state {}",
                                                    parameters[i].name, size, gradients[i].values.size(),
                                                    state.first[i].size()));
        }
    }
}

double sum_of_squares(std::span<const Scalar> values) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t i = 0; i < values.size(); ++i)
        sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return sum;
}

}  // namespace

AdamW make_adamw(const Parameters& parameters) {
    AdamW state;
    for (const Parameter& p : parameters) state.first.emplace_back(p.values.size(), Scalar(0));
    state.second = state.first;
    return state;
}

Parameters named_parameters(AdamW& state, const Parameters& parameters) {
    Parameters named;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        named.push_back({"first." + parameters[i].name, parameters[i].shape, state.first[i]});
        named.push_back({"second." + parameters[i].name, parameters[i].shape, state.second[i]});
    }
    return named;
}

bool decays(const Parameter& parameter) {
    return parameter.name.ends_with("weight") && parameter.shape.size() >= 2;
}

void adamw_step(AdamW& state, const AdamWConfig& config, double learning_rate, const Parameters& parameters,
                const Parameters& gradients) {
    check_same(state, parameters, gradients);
    ++state.step;
    // m and v began at zero and are still too small: after t steps by these factors.
    const auto t = static_cast<double>(state.step);
    const auto first_correction = static_cast<Scalar>(1 / (1 - std::pow(config.beta1, t)));
    const auto second_correction = static_cast<Scalar>(1 / (1 - std::pow(config.beta2, t)));
    const auto beta1 = static_cast<Scalar>(config.beta1), beta2 = static_cast<Scalar>(config.beta2);
    const auto epsilon = static_cast<Scalar>(config.epsilon), rate = static_cast<Scalar>(learning_rate);

    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const double decay = decays(parameters[i]) ? config.weight_decay : 0;
        const bool decoupled = config.kind == WeightDecay::decoupled;
        const auto into_gradient = static_cast<Scalar>(decoupled ? 0 : decay);
        const auto kept = static_cast<Scalar>(decoupled ? 1 - learning_rate * decay : 1);
        Scalar* w = parameters[i].values.data();
        const Scalar* gradient = gradients[i].values.data();
        Scalar* first = state.first[i].data();
        Scalar* second = state.second[i].data();
        in_slices(parameters[i].values.size(), 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t j = begin; j < end; ++j) {
                const Scalar g = gradient[j] + into_gradient * w[j];
                first[j] = beta1 * first[j] + (1 - beta1) * g;
                second[j] = beta2 * second[j] + (1 - beta2) * g * g;
                const Scalar mean = first[j] * first_correction, square = second[j] * second_correction;
                w[j] = kept * w[j] - rate * mean / (std::sqrt(square) + epsilon);
            }
        });
    }
}

double clip_gradients(const Parameters& gradients, double largest_norm) {
    std::vector<double> squares(gradients.size());  // sums of many numbers: in double
    const double mean_size = static_cast<double>(parameter_count(gradients)) / static_cast<double>(gradients.size());
    in_slices(gradients.size(), 0.5 * mean_size, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) squares[i] = sum_of_squares(gradients[i].values);
    });
    const double norm = std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
    if (largest_norm <= 0 || norm <= largest_norm) return norm;
    const auto scale = static_cast<Scalar>(largest_norm / norm);
    for (const Parameter& gradient : gradients) {
        in_slices(gradient.values.size(), 0.5, [&](std::size_t begin, std::size_t end) {
            for (Scalar& g : gradient.values.subspan(begin, end - begin)) g *= scale;
        });
    }
    return norm;
}

}  // namespace vit
