#include "common/report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "common/report/text.h"

namespace vit {
namespace {

struct Column {
    enum : std::size_t { layer, operation, input, output, parameters, multiply_adds, kept, count };
};
using Row = std::array<std::string, Column::count>;
using Widths = std::array<std::size_t, Column::count>;

const Row headings = {"layer", "operation", "input", "output", "parameters", "multiply-adds", "kept"};

/// In the float32 that the programs compute with.
std::string memory(std::size_t numbers) {
    return with_prefix(4 * numbers, "B");
}

/// A row of numbers, where nothing is easier to read than a zero.
Row numbers_row(const std::string& title, std::size_t parameter_count, std::size_t product_count,
                std::size_t kept_count) {
    Row row;
    row[Column::layer] = title;
    if (parameter_count > 0) row[Column::parameters] = with_thousands(parameter_count);
    if (product_count > 0) row[Column::multiply_adds] = with_thousands(product_count);
    if (kept_count > 0) row[Column::kept] = memory(kept_count);
    return row;
}

Row layer_row(const Trace& trace, const std::string& indent) {
    Row row = numbers_row(indent + trace.name, total_parameters(trace), total_multiply_adds(trace), total_kept(trace));
    row[Column::operation] = trace.operation;
    row[Column::input] = to_string(trace.input);
    row[Column::output] = to_string(trace.output);
    return row;
}

/// What a layer with parts holds and keeps beside them.
Row own_row(const Trace& trace, const std::string& indent) {
    return numbers_row(indent + "(itself)", trace.parameters, trace.multiply_adds, trace.kept);
}

/// The row for `count` layers, beginning with `first`, that are equal to the one shown above them.
Row same_row(const Trace* first, std::size_t count, const std::string& indent) {
    const std::string names = count == 1 ? first->name : fmt::format("{} to {}", first->name, first[count - 1].name);
    return numbers_row(indent + names + ": the same", count * total_parameters(*first),
                       count * total_multiply_adds(*first), count * total_kept(*first));
}

void add_rows(const Trace& trace, std::size_t depth, std::vector<Row>& rows) {
    rows.push_back(layer_row(trace, std::string(2 * depth, ' ')));
    const std::string indent(2 * depth + 2, ' ');
    const bool has_own = trace.parameters + trace.multiply_adds + trace.kept > 0;
    if (has_own && !trace.parts.empty()) rows.push_back(own_row(trace, indent));
    for (std::size_t i = 0; i < trace.parts.size();) {
        const std::size_t count = stacked(trace.parts, i);
        add_rows(trace.parts[i], depth + 1, rows);
        if (count > 1) rows.push_back(same_row(&trace.parts[i + 1], count - 1, indent));
        i += count;
    }
}

/// How wide each column must be. A title without an operation beside it may run over both columns.
Widths widths_of(const std::vector<Row>& rows) {
    Widths widths{};
    for (const Row& row : rows) {
        const std::size_t first = row[Column::operation].empty() ? Column::operation : Column::layer;
        for (std::size_t c = first; c < Column::count; ++c) widths[c] = std::max(widths[c], character_count(row[c]));
    }
    for (const Row& row : rows) {
        const std::size_t title = character_count(row[Column::layer]);
        if (title > widths[Column::layer] + 2 + widths[Column::operation])
            widths[Column::operation] = title - widths[Column::layer] - 2;
    }
    return widths;
}

std::string line(const Row& row, const Widths& widths) {
    const std::size_t title = widths[Column::layer] + 2 + widths[Column::operation];
    std::string text = row[Column::layer];
    if (!row[Column::operation].empty())
        text = fmt::format("{:<{}}  {}", row[Column::layer], widths[Column::layer], row[Column::operation]);
    text = fmt::format("{:<{}}  {:<{}}  {:<{}}", text, title, row[Column::input], widths[Column::input],
                       row[Column::output], widths[Column::output]);
    for (const std::size_t c : {Column::parameters, Column::multiply_adds, Column::kept})
        text += fmt::format("  {:>{}}", row[c], widths[c]);
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
}

std::string rule(const Widths& widths) {
    const std::size_t gaps = 2 * (Column::count - std::size_t{1});
    const std::size_t width = std::accumulate(widths.begin(), widths.end(), gaps);
    std::string text;
    for (std::size_t i = 0; i < width; ++i) text += "─";
    return text + '\n';
}

std::string total_line(const std::string& title, std::size_t number, const std::string& size) {
    return fmt::format("{:<17}  {:>19}  {:>10}\n", title, with_thousands(number), size);
}

}  // namespace

std::string summary_table(const Trace& trace) {
    std::vector<Row> rows = {headings};
    add_rows(trace, 0, rows);
    const Widths widths = widths_of(rows);
    std::string text = line(rows[0], widths) + rule(widths);
    for (std::size_t i = 1; i < rows.size(); ++i) text += line(rows[i], widths);
    const std::size_t held = total_parameters(trace), products = total_multiply_adds(trace);
    const std::size_t activations = total_kept(trace), given = element_count(trace.input);
    text += rule(widths);
    text += total_line("parameters", held, memory(held));
    text += total_line("multiply-adds", products, with_prefix(products));
    text += total_line("kept for backward", activations, memory(activations));
    text += total_line("input", given, memory(given));
    return text;
}

}  // namespace vit
