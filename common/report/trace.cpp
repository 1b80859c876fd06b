#include "common/report/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/report/text.h"

namespace vit {
namespace {

std::size_t total(const Trace& trace, std::size_t Trace::*number) {
    std::size_t sum = trace.*number;
    for (const Trace& part : trace.parts) sum += total(part, number);
    return sum;
}

/// The words of one line.
struct Line {
    std::string name, operation, shape, axes;
};

void collect(const Trace& trace, std::size_t depth, std::vector<Line>& lines) {
    lines.push_back({std::string(2 * depth, ' ') + trace.name, trace.operation, to_string(trace.output), trace.axes});
    for (const Trace& part : trace.parts) collect(part, depth + 1, lines);
}

/// The width of a column.
std::size_t width(const std::vector<Line>& lines, std::string Line::*column) {
    std::size_t widest = 0;
    for (const Line& line : lines) widest = std::max(widest, character_count(line.*column));
    return widest;
}

/// The name without the digits at its end.
std::string stem(const std::string& name) {
    return name.substr(0, name.find_last_not_of("0123456789") + 1);
}

bool equal_but_for_number(const Trace& a, const Trace& b) {
    if (stem(a.name) != stem(b.name) || stem(a.name) == a.name || stem(b.name) == b.name) return false;
    Trace renamed = b;
    renamed.name = a.name;
    renamed.from = a.from;
    return renamed == a;
}

}  // namespace

std::size_t total_parameters(const Trace& trace) {
    return total(trace, &Trace::parameters);
}
std::size_t total_multiply_adds(const Trace& trace) {
    return total(trace, &Trace::multiply_adds);
}
std::size_t total_kept(const Trace& trace) {
    return total(trace, &Trace::kept);
}

std::string shape_lines(const Trace& trace) {
    return shape_lines(std::vector{trace});
}

std::string shape_lines(const std::vector<Trace>& traces) {
    std::vector<Line> lines;
    for (const Trace& trace : traces) collect(trace, 0, lines);
    const std::size_t names = width(lines, &Line::name);
    const std::size_t operations = width(lines, &Line::operation);
    const std::size_t shapes = width(lines, &Line::shape);
    std::string text;
    for (const auto& [name, operation, shape, axes] : lines) {
        text += fmt::format("{:<{}}  {:<{}}  {:<{}}  {}", name, names, operation, operations, shape, shapes, axes);
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

Trace input_of(const std::string& name, const std::string& axes, const Shape& shape) {
    return {.name = name, .operation = "Input", .input = shape, .output = shape, .axes = axes};
}

Trace folded(const Trace& trace) {
    Trace shorter = trace;
    shorter.parts.clear();
    for (std::size_t i = 0; i < trace.parts.size();) {
        const std::size_t count = stacked(trace.parts, i);
        shorter.parts.push_back(folded(trace.parts[i]));
        if (count > 1) {
            const Trace &second = trace.parts[i + 1], &last = trace.parts[i + count - 1];
            Trace others = second;
            others.parts.clear();
            if (count > 2) others.name += "-" + last.name.substr(stem(last.name).size());
            others.parameters = (count - 1) * total_parameters(second);
            others.multiply_adds = (count - 1) * total_multiply_adds(second);
            others.kept = (count - 1) * total_kept(second);
            shorter.parts.push_back(others);
        }
        i += count;
    }
    return shorter;
}

std::vector<std::string> inputs_of(const std::vector<Trace>& parts, std::size_t i) {
    if (!parts[i].from.empty()) return parts[i].from;
    return {i == 0 ? "" : parts[i - 1].name};
}

std::size_t stacked(const std::vector<Trace>& parts, std::size_t first) {
    std::size_t next = first + 1;
    while (next < parts.size() && equal_but_for_number(parts[first], parts[next]) &&
           inputs_of(parts, next) == std::vector{parts[next - 1].name}) {
        ++next;
    }
    return next - first;
}

}  // namespace vit
