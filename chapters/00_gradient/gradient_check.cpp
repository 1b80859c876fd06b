#include "00_gradient/gradient_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace vit {
namespace {

/// The slope of the loss along one parameter. The step follows the number's size; both ends are rounded to what the
/// parameter really became.
double central_difference(const std::function<double()>& loss, Scalar& value) {
    const Scalar before = value;
    const Scalar step = std::cbrt(std::numeric_limits<Scalar>::epsilon()) * std::max(Scalar(1), std::abs(before));
    value = before + step;
    const double above_at = value, above = loss();
    value = before - step;
    const double below_at = value, below = loss();
    value = before;
    return (above - below) / (above_at - below_at);
}

}  // namespace

GradientReport check_gradients(const std::function<double()>& loss, const Parameters& parameters,
                               const Parameters& gradients, std::size_t most) {
    if (parameters.size() != gradients.size()) {
        throw std::invalid_argument(
            fmt::format("check_gradients: {} parameters but {} gradients", parameters.size(), gradients.size()));
    }
    GradientReport report;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& parameter = parameters[i];
        if (parameter.name != gradients[i].name || parameter.shape != gradients[i].shape) {
            throw std::invalid_argument(fmt::format("check_gradients: parameter {} {} but gradient {} {}",
                                                    parameter.name, to_string(parameter.shape), gradients[i].name,
                                                    to_string(gradients[i].shape)));
        }
        const std::size_t stride = std::max<std::size_t>(1, parameter.values.size() / std::max<std::size_t>(1, most));
        std::vector<GradientError> elements;
        double largest = 0;
        for (std::size_t index = 0; index < parameter.values.size(); index += stride) {
            GradientError element{parameter.name,
                                  parameter.shape,
                                  0,
                                  index,
                                  gradients[i].values[index],
                                  central_difference(loss, parameter.values[index]),
                                  0};
            largest = std::max({largest, std::abs(element.analytic), std::abs(element.numeric)});
            elements.push_back(element);
        }
        GradientError worst_element{parameter.name, parameter.shape};
        for (GradientError& element : elements) {
            const double size = std::max({std::abs(element.analytic), std::abs(element.numeric), largest / 100});
            const double difference = std::abs(element.analytic - element.numeric);
            element.relative = difference == 0 ? 0 : difference / size;
            if (std::isnan(element.relative)) element.relative = INFINITY;  // nothing is worse than no number
            if (element.relative > worst_element.relative) worst_element = element;
        }
        worst_element.checked = elements.size();
        report.push_back(worst_element);
    }
    return report;
}

double worst(const GradientReport& report) {
    double error = 0;
    for (const GradientError& element : report) error = std::max(error, element.relative);
    return error;
}

std::string to_string(const GradientReport& report) {
    std::size_t width = 9;
    for (const GradientError& element : report) width = std::max(width, element.name.size());
    std::string text = fmt::format("{:{}}  {:16}  {:>7}  {:>13}  {:>13}  {:>9}\n", "parameter", width, "shape",
                                   "checked", "analytic", "numeric", "error");
    for (const GradientError& element : report) {
        text +=
            fmt::format("{:{}}  {:16}  {:>7}  {:>13.6e}  {:>13.6e}  {:>9.1e}\n", element.name, width,
                        to_string(element.shape), element.checked, element.analytic, element.numeric, element.relative);
    }
    return text;
}

}  // namespace vit
