#include "00_gradient/tables.h"

#include <fmt/core.h>

#include <cmath>

#include "00_gradient/step_sizes.h"

namespace vit {

void print_heading(const std::string& title, const std::vector<std::string>& columns) {
    fmt::print("\n{:22}", title);
    for (const std::string& column : columns) fmt::print(" {:>10}", column);
    fmt::print("\n");
}

void print_row(const std::string& name, const std::vector<double>& numbers) {
    fmt::print("{:22}", name);
    for (double number : numbers) fmt::print(" {:10.4f}", std::round(number * 1e4) / 1e4 + 0.0);  // -0 + 0 is 0
    fmt::print("\n");
}

void print_gradient(const std::string& name, const SmallLinear& grad) {
    print_row(name, {grad.w1, grad.w2, grad.b});
}

void print_downhill(SmallLinear p, const Example& example, double learning_rate, std::size_t steps) {
    print_heading("step", {"w1", "w2", "b", "y", "loss"});
    for (std::size_t step = 0; step <= steps; ++step) {
        const double y = small_linear_forward(p, example.x);
        print_row(std::to_string(step), {p.w1, p.w2, p.b, y, squared_error(y, example.target)});
        p = step_downhill(p, gradient_of(p, {example}), learning_rate);
    }
}

void print_difference_errors() {
    print_heading("error of differences", {"one-sided", "central", "central"});
    fmt::print("{:22} {:>10} {:>10} {:>10}\n", "", "double", "double", "float");
    const auto shown = [](double error) { return std::isnan(error) ? "w + h = w" : fmt::format("{:.0e}", error); };
    for (const DifferenceError& error : difference_errors()) {
        fmt::print("h = {:<18.0e} {:>10} {:>10} {:>10}\n", error.h, shown(error.one_sided_double),
                   shown(error.central_double), shown(error.central_float));
    }
}

void print_softmax_gradients(const Row& x, const Row& dy) {
    const auto print = [](const std::string& name, const Row& row) { print_row(name, {row.begin(), row.end()}); };
    const Row y = softmax_of_three(x);
    print("dy", dy);
    print("  dx, right", softmax_of_three_backward(y, dy));
    print("  dx, without y_i", softmax_of_three_backward_without_its_factor(y, dy));
    print("  dx, by differences", softmax_of_three_by_differences(x, dy));
}

}  // namespace vit
