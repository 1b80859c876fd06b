#include "07_training/run/metrics_file.h"

#include <fmt/ranges.h>

#include <sstream>
#include <stdexcept>

#include "common/files/files.h"

namespace vit {
namespace {

/// A column that can be worked out from the others: written, and not read.
Option derived(const std::string& name, const Score& score, double (Score::*value)() const) {
    return {name, "", {}, [&score, value] { return fmt::to_string((score.*value)()); }, [](const std::string&) {}};
}

/// The column, with an empty cell while the score has no images.
Option if_measured(const Score& score, const Option& column) {
    return {column.name,
            "",
            {},
            [&score, column] { return score.count > 0 ? column.text() : ""; },
            [column](const std::string& text) {
                if (!text.empty()) column.read(text);
            }};
}

/// The columns of metrics.csv.
Options columns(Epoch& e) {
    const Score& validation = e.validation;
    return {
        option("epoch", e.number, ""),
        option("learning_rate", e.learning_rate, ""),
        option("train_loss_sum", e.train.loss_sum, ""),
        option("train_right", e.train.right, ""),
        option("train_images", e.train.count, ""),
        if_measured(validation, option("validation_loss_sum", e.validation.loss_sum, "")),
        if_measured(validation, option("validation_right", e.validation.right, "")),
        if_measured(validation, option("validation_images", e.validation.count, "")),
        derived("train_loss", e.train, &Score::loss),
        derived("train_accuracy", e.train, &Score::accuracy),
        if_measured(validation, derived("validation_loss", validation, &Score::loss)),
        if_measured(validation, derived("validation_accuracy", validation, &Score::accuracy)),
        if_measured(validation, option("validation_precision", e.precision, "")),
        if_measured(validation, option("validation_recall", e.recall, "")),
        if_measured(validation, option("validation_f1", e.f1, "")),
        option("seconds", e.seconds, ""),
    };
}

template <class Cell>
std::string csv_line(const Options& columns, const Cell& cell) {
    std::vector<std::string> cells;
    for (const Option& column : columns) cells.push_back(cell(column));
    return fmt::format("{}\n", fmt::join(cells, ","));
}

std::string metrics_header() {
    Epoch none;
    return csv_line(columns(none), [](const Option& column) { return column.name; });
}

/// Reads a line of metrics.csv. Throws std::runtime_error, which says what is wrong with it.
Epoch read_epoch(const std::string& line) {
    std::vector<std::string> cells(1);
    for (char c : line) {
        if (c == ',')
            cells.emplace_back();
        else
            cells.back() += c;
    }
    Epoch epoch;
    const Options all = columns(epoch);
    if (cells.size() != all.size())
        throw std::runtime_error(fmt::format("{} columns instead of {}", cells.size(), all.size()));
    for (std::size_t i = 0; i < all.size(); ++i) {
        try {
            all[i].read(cells[i]);
        } catch (const std::invalid_argument& error) {
            throw std::runtime_error(fmt::format("column {} ({}): {}", i + 1, all[i].name, error.what()));
        }
    }
    for (const Score* score : {&epoch.train, &epoch.validation})
        if (score->right > score->count)
            throw std::runtime_error(fmt::format("{} of {} images are right", score->right, score->count));
    return epoch;
}

}  // namespace

void write_metrics(const std::string& path, const std::vector<Epoch>& epochs) {
    std::string text = metrics_header();
    for (Epoch epoch : epochs) text += csv_line(columns(epoch), [](const Option& column) { return column.text(); });
    write_file(path, text);
}

std::vector<Epoch> read_metrics(const std::string& path) {
    require_plain_file(path);
    std::istringstream text(read_file(path));
    std::string line;
    std::getline(text, line);
    if (line + "\n" != metrics_header())
        throw std::runtime_error(fmt::format("{}: the first line is not that of a metrics file", path));
    std::vector<Epoch> epochs;
    while (std::getline(text, line)) {
        try {
            epochs.push_back(read_epoch(line));
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(fmt::format("{}: line {}: {}", path, epochs.size() + 2, error.what()));
        }
    }
    return epochs;
}

}  // namespace vit
