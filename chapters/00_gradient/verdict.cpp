#include "00_gradient/verdict.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace vit {

std::string to_string(const GradientReport& report) {
    std::size_t width = 9;
    for (const GradientError& tensor : report) width = std::max(width, tensor.name.size());
    std::string text = fmt::format("{:{}}  {:16}  {:>7}  {:>9}  {:>13}  {:>13}  {:>9}\n", "parameter", width, "shape",
                                   "checked", "largest", "analytic", "numeric", "error");
    for (const GradientError& tensor : report) {
        text += fmt::format("{:{}}  {:16}  {:>7}  {:>9.1e}  {:>13.6e}  {:>13.6e}  {:>9.1e}\n", tensor.name, width,
                            to_string(tensor.shape), tensor.checked, tensor.largest, tensor.analytic, tensor.numeric,
                            tensor.relative);
    }
    return text;
}

std::vector<std::string> wrong_gradients(const GradientReport& report, double tolerance) {
    GradientReport wrong;
    for (const GradientError& tensor : report)
        if (!(tensor.relative <= tolerance)) wrong.push_back(tensor);
    std::stable_sort(wrong.begin(), wrong.end(),
                     [](const GradientError& a, const GradientError& b) { return a.relative > b.relative; });
    std::vector<std::string> lines;
    for (const GradientError& tensor : wrong) {
        std::string line = fmt::format("{}{}: analytic {:.6g}, numeric {:.6g}, error {:.1e}", tensor.name,
                                       to_string(index_of(tensor.index, tensor.shape)), tensor.analytic, tensor.numeric,
                                       tensor.relative);
        if (std::abs(tensor.factor - 1) > 1e-3)
            line += fmt::format("; everywhere analytic = {:.4g} x numeric", tensor.factor);
        lines.push_back(line);
    }
    return lines;
}

std::string second_run_error(const Parameters& once, const Parameters& twice) {
    for (std::size_t i = 0; i < once.size(); ++i) {
        for (std::size_t j = 0; j < once[i].values.size(); ++j) {
            const double first = once[i].values[j], second = twice[i].values[j], wanted = 2 * first;
            if (std::abs(second - wanted) <= 1e-12 * std::max(1.0, std::abs(wanted))) continue;
            return fmt::format(
                "backward ran twice; the second run must ADD its gradients to grad (+=), but {}{} is {:.6g} after it, "
                "wanted {:.6g}",
                once[i].name, to_string(index_of(j, once[i].shape)), second, wanted);
        }
    }
    return "";
}

}  // namespace vit
