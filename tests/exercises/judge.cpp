#include "tests/exercises/judge.h"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <sstream>

#include "common/report/text.h"
#include "common/tensor/shape.h"
#include "tests/exercises/naming.h"

namespace vit {
namespace {

std::string shape_of(const Output& output) {
    const std::string sizes = to_string(output.numbers.shape);
    return output.axes.empty() ? sizes : fmt::format("({}) = {}", fmt::join(output.axes, " "), sizes);
}

/// What is wrong with the shape, by axis name; nothing if it is right.
std::vector<std::string> shape_error(const Output& got, const Output& wanted) {
    const Shape &have = got.numbers.shape, &want = wanted.numbers.shape;
    if (have == want) return {};
    std::vector<std::string> lines{
        fmt::format("{} has shape {}; it must be {}.", got.name, to_string(have), shape_of(wanted))};
    if (got.numbers.values.empty()) {
        lines.push_back("It is empty: nothing was put into it.");
    } else if (have.size() != want.size()) {
        lines.push_back(fmt::format("It has {} axes; there must be {}.", have.size(), want.size()));
    } else if (!wanted.axes.empty()) {
        for (std::size_t axis = 0; axis < want.size(); ++axis)
            if (have[axis] != want[axis])
                lines.push_back(fmt::format("Axis {} must be {} = {}, but it is {}.", axis, wanted.axes[axis],
                                            want[axis], have[axis]));
    }
    return lines;
}

/// Where the first number stands that is not finite though it should be; nothing if there is none.
std::optional<std::string> not_finite(const Output& got, const Output& wanted) {
    for (std::size_t i = 0; i < got.numbers.values.size(); ++i) {
        if (std::isfinite(got.numbers.values[i]) || !std::isfinite(wanted.numbers.values[i])) continue;
        const std::string number = std::isnan(got.numbers.values[i]) ? "NaN" : "infinity";
        const std::string place = got.numbers.shape.empty() ? "" : " at " + place_of(i, got.numbers.shape, got.axes);
        return fmt::format("{} is not finite{}: got {}, wanted {:.10g}.", got.name, place, number,
                           wanted.numbers.values[i]);
    }
    return std::nullopt;
}

/// Was this number never written? fresh_memory.cpp fills what a new tensor gets with such.
bool is_never_set(double number) {
    return std::bit_cast<std::uint64_t>(number) == ~std::uint64_t(0);
}

/// The output in which a number was never set, though it should be; nothing if there is none.
std::optional<std::string> never_set(const Attempt& made) {
    for (const Output& output : made.outputs)
        if (std::any_of(output.numbers.values.begin(), output.numbers.values.end(), is_never_set)) return output.name;
    return std::nullopt;
}

/// The first thing that is wrong with a trial: stage and words; no stage if nothing is.
Verdict first_fault(const Task& task, const Attempt& made, const Task::Trial& trial) {
    if (!made.completed()) return {"exception", {"It throws: " + made.thrown}};
    for (std::size_t o = 0; o < made.outputs.size(); ++o)
        if (auto lines = shape_error(made.outputs[o], trial.wanted[o]); !lines.empty()) return {"shape", lines};
    for (std::size_t o = 0; o < made.outputs.size(); ++o)
        if (const auto line = not_finite(made.outputs[o], trial.wanted[o])) return {"finite", {*line}};
    Verdict verdict;
    for (const Promise& promise : task.promises)
        if (!promise.holds(made.outputs) && promise.holds(trial.wanted))
            verdict = {"promise", {fmt::format("This must hold, and does not: {}.", promise.sentence)}};
    for (std::size_t o = 0; o < made.outputs.size(); ++o) {
        const Output &got = made.outputs[o], &wanted = trial.wanted[o];
        const Comparison comparison = compare(got.numbers, wanted.numbers, wanted.axes, trial.tolerance);
        if (comparison) continue;
        if (verdict.stage.empty()) verdict.stage = "numbers";
        if (!wanted.text.empty()) {
            verdict.what.push_back(fmt::format("{}: got {}", got.name, got.text));
            verdict.what.push_back("wanted " + wanted.text);
            break;
        }
        verdict.what.push_back(got.numbers.values.size() == 1
                                   ? fmt::format("{}: got {:.10g}, wanted {:.10g}", got.name, got.numbers.values[0],
                                                 wanted.numbers.values[0])
                                   : fmt::format("{} {}", got.name, comparison.difference));
        break;
    }
    return verdict;
}

/// Can this promise be broken at all in one of the trials? One that holds whatever the numbers are was not looked at.
bool is_looked_at(const Task& task, const Promise& promise) {
    const auto holds_for = [&](Outputs outputs, double factor, double added) {
        for (Output& output : outputs)
            for (double& value : output.numbers.values) value = factor * value + added;
        return promise.holds(outputs);
    };
    return std::any_of(task.trials.begin(), task.trials.end(), [&](const Task::Trial& trial) {
        return !holds_for(trial.wanted, -2, -1) || !holds_for(trial.wanted, 2, 3) || !holds_for(trial.wanted, 0, 0) ||
               !holds_for(trial.wanted, 1, std::nan(""));
    });
}

/// What is right already.
std::vector<std::string> achievements(const Task& task, const std::vector<Attempt>& made) {
    std::vector<std::string> right;
    for (std::size_t t = 0; t < made.size(); ++t)
        if (first_fault(task, made[t], task.trials[t]).stage.empty()) right.push_back(task.trials[t].inputs);
    const Outputs& outputs = task.trials.at(0).wanted;
    for (std::size_t o = 0; o < outputs.size() && outputs.size() > 1; ++o)
        if (is_right(task, made, o)) right.push_back(outputs[o].name);
    bool shapes = true, single_numbers = true;
    for (const Output& output : outputs) single_numbers = single_numbers && output.numbers.shape.empty();
    for (std::size_t t = 0; t < made.size(); ++t) {
        shapes = shapes && made[t].completed();
        for (std::size_t o = 0; o < made[t].outputs.size(); ++o)
            shapes = shapes && made[t].outputs[o].numbers.shape == task.trials[t].wanted[o].numbers.shape;
    }
    if (shapes && !single_numbers) right.push_back("all shapes");
    for (const Promise& promise : task.promises) {
        const bool kept = std::all_of(made.begin(), made.end(), [&](const Attempt& a) {
            return a.completed() && shapes && promise.holds(a.outputs);
        });
        if (kept && is_looked_at(task, promise)) right.push_back(promise.sentence);
    }
    return right;
}

/// The text in lines of at most `width` characters where it has spaces to break at.
std::string wrapped(const std::string& text, std::size_t width) {
    std::istringstream paragraphs(text);
    std::string all, word;
    for (std::string paragraph; std::getline(paragraphs, paragraph);) {
        std::istringstream words(paragraph);
        std::string line;
        while (words >> word) {
            if (!line.empty() && character_count(line) + 1 + character_count(word) > width)
                all += line + "\n", line.clear();
            line += (line.empty() ? "" : " ") + word;
        }
        all += line + "\n";
    }
    return all;
}

std::string proof_line(const Task& task, const Task::WrongAnswer& wrong, const Verdict& verdict) {
    return fmt::format("wrong answer\t{}\t{}\t{}\t{}\t{}\t{}", task.name, wrong.name, verdict.stage,
                       verdict.what.empty() ? "" : verdict.what[0], wrong.sentence, wrong.source);
}

}  // namespace

Verdict judge(const Task& task, const Answer& answer) {
    const std::vector<Attempt> made = attempts(task, answer);
    for (std::size_t t = 0; t < made.size(); ++t) {
        Verdict verdict = first_fault(task, made[t], task.trials[t]);
        if (verdict.stage.empty()) continue;
        verdict.what.insert(verdict.what.begin(), "Tried on " + task.trials[t].inputs + ":");
        if (const auto name = verdict.stage == "finite" ? never_set(made[t]) : std::nullopt) {
            verdict.mistakes = {"never set"};
            verdict.sentences = {*name +
                                 " was never set there, or made from what was not: the memory of a new tensor begins "
                                 "with anything (here with NaN). Write every number, or begin with zeros."};
        } else {
            name_wrong_answers(task, made, t, verdict);
        }
        if (verdict.mistakes.empty()) name_form(task, made, verdict);
        verdict.right = achievements(task, made);
        return verdict;
    }
    return {};
}

std::string to_string(const Task& task, const Verdict& verdict) {
    std::string text = task.name + ": not right yet\n\n";
    for (const std::string& line : verdict.what) text += line + "\n";
    for (const std::string& sentence : verdict.sentences) text += "\n" + sentence + "\n";
    if (!verdict.right.empty()) text += fmt::format("\nRight already: {}.\n", fmt::join(verdict.right, "; "));
    return wrapped(text, 100);
}

void report(const Task& task, const Verdict& verdict) {
    if (verdict.stage.empty()) return;
    FAIL_CHECK(to_string(task, verdict));
}

void report_not_started(const Task& task) {
    FAIL_CHECK((task.name + ": not started"));
}

void report_proof(const Task& task) {
    for (const Task::WrongAnswer& wrong : task.wrong_answers) {
        const Verdict verdict = judge(task, wrong.answer);
        if (verdict.stage.empty()) {
            FAIL_CHECK(fmt::format("{}: the wrong answer {} passes", task.name, wrong.name));
        } else if (verdict.mistakes != std::vector<std::string>{wrong.name}) {
            FAIL_CHECK(fmt::format("{}: the wrong answer {} is taken for {}", task.name, wrong.name,
                                   fmt::join(verdict.mistakes, ", ")));
        } else {
            MESSAGE(proof_line(task, wrong, verdict));
        }
    }
}

}  // namespace vit
