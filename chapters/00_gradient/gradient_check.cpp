#include "00_gradient/gradient_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "00_gradient/difference.h"
#include "common/tensor/random.h"

namespace vit {
namespace {

/// The gradient of one element, by backward and by a difference.
struct Element {
    std::size_t index;
    double analytic, numeric;
};

void require_same_tensor(const Parameter& parameter, const Parameter& gradient) {
    if (parameter.name == gradient.name && parameter.shape == gradient.shape) return;
    throw std::invalid_argument(fmt::format("check_gradients: parameter {} {} but gradient {} {}", parameter.name,
                                            to_string(parameter.shape), gradient.name, to_string(gradient.shape)));
}

/// `most` of the places 0, 1, ..., size - 1, chosen at random, none twice; all of them if there are no more. A fixed
/// stride would not do: with a stride of one row it sees a single column.
std::vector<std::size_t> sample(std::size_t size, std::size_t most, Rng& rng) {
    std::vector<std::size_t> places = rng.permutation(size);
    places.resize(std::min(most, size));
    std::sort(places.begin(), places.end());
    return places;
}

/// analytic / numeric if it is the same for all elements that are not near 0, and NaN if not. A clean number here often
/// names the mistake: -1 a sign, 2 a share that is added twice.
double common_factor(const std::vector<Element>& elements, double largest) {
    double lowest = INFINITY, highest = -INFINITY;
    std::size_t count = 0;
    for (const Element& element : elements) {
        if (!(std::abs(element.numeric) >= largest / 100)) continue;
        lowest = std::min(lowest, element.analytic / element.numeric);
        highest = std::max(highest, element.analytic / element.numeric);
        ++count;
    }
    const bool the_same = count > 1 && highest - lowest <= 1e-5 * std::max(1.0, std::abs(highest));
    return the_same ? (lowest + highest) / 2 : NAN;
}

GradientError summary_of(const Parameter& gradient, const std::vector<Element>& elements) {
    GradientError found{.name = gradient.name, .shape = gradient.shape, .checked = elements.size()};
    for (const double analytic : gradient.values) found.largest = std::max(found.largest, std::abs(analytic));
    for (const Element& element : elements) found.largest = std::max(found.largest, std::abs(element.numeric));
    found.factor = common_factor(elements, found.largest);
    for (const Element& element : elements) {
        const double size = std::max({std::abs(element.analytic), std::abs(element.numeric), found.largest / 100});
        const double difference = std::abs(element.analytic - element.numeric);
        double relative = difference == 0 ? 0 : difference / size;
        if (std::isnan(relative)) relative = INFINITY;  // nothing is worse than no number
        if (relative < found.relative) continue;
        found.index = element.index;
        found.analytic = element.analytic;
        found.numeric = element.numeric;
        found.relative = relative;
    }
    return found;
}

}  // namespace

GradientReport check_gradients(const std::function<double()>& loss, const Parameters& parameters,
                               const Parameters& gradients, std::size_t most, std::uint64_t seed) {
    if (most == 0) throw std::invalid_argument("check_gradients: at least one element must be checked");
    if (parameters.size() != gradients.size()) {
        throw std::invalid_argument(
            fmt::format("check_gradients: {} parameters but {} gradients", parameters.size(), gradients.size()));
    }
    Rng rng(seed);
    GradientReport report;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& parameter = parameters[i];
        require_same_tensor(parameter, gradients[i]);
        std::vector<Element> elements;
        for (std::size_t index : sample(parameter.values.size(), most, rng))
            elements.push_back({index, gradients[i].values[index], central_difference(loss, parameter.values[index])});
        report.push_back(summary_of(gradients[i], elements));
    }
    return report;
}

double worst(const GradientReport& report) {
    double error = 0;
    for (const GradientError& tensor : report) error = std::max(error, tensor.relative);
    return error;
}

}  // namespace vit
