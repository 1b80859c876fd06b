#include "tests/exercises/judge.h"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include "common/program/not_done.h"
#include "common/report/text.h"
#include "common/tensor/shape.h"

namespace vit {
namespace {

/// What an answer made of one trial.
struct Attempt {
    Outputs outputs;
    std::string thrown;  // what was thrown instead
};

/// What xtensor's own checks throw, without the places in its sources, and in other words where those say too little.
std::string in_words(const std::string& thrown) {
    if (thrown.empty()) return "an exception without a text";
    if (const std::size_t index = thrown.find("index "); thrown.find("out of bounds") != std::string::npos)
        return "an index leaves its tensor: " + thrown.substr(index, thrown.find('\n', index) - index);
    if (thrown.find("Cannot change dimension") != std::string::npos)
        return "a tensor was given to another one with another number of axes";
    return thrown;
}

Attempt attempt(const Answer& answer, std::size_t trial) {
    try {
        return {answer(trial), ""};
    } catch (const NotDone& not_done) {
        return {{}, std::string("it calls ") + not_done.what()};
    } catch (const std::exception& error) {
        return {{}, in_words(error.what())};
    }
}

std::vector<Attempt> attempts(const Task& task, const Answer& answer) {
    std::vector<Attempt> all;
    for (std::size_t trial = 0; trial < task.trials.size(); ++trial) all.push_back(attempt(answer, trial));
    return all;
}

/// Are these the same numbers, up to rounding? NaN equals NaN.
bool alike(const Numbers& a, const Numbers& b) {
    const auto close = [](double x, double y) {
        if (x == y || (std::isnan(x) && std::isnan(y))) return true;
        return std::abs(x - y) <= 1e-9 * std::max({1e-6, std::abs(x), std::abs(y)});
    };
    return a.shape == b.shape && std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), close);
}

bool alike(const Attempt& a, const Attempt& b) {
    const auto same_output = [](const Output& x, const Output& y) { return alike(x.numbers, y.numbers); };
    return a.thrown.empty() == b.thrown.empty() && a.outputs.size() == b.outputs.size() &&
           std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), same_output);
}

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
    if (have.size() != want.size()) {
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
        const Shape index = index_of(i, got.numbers.shape);
        std::vector<std::string> place;
        for (std::size_t axis = 0; axis < index.size(); ++axis)
            place.push_back(got.axes.empty() ? std::to_string(index[axis])
                                             : fmt::format("{}={}", got.axes[axis], index[axis]));
        const std::string number = std::isnan(got.numbers.values[i]) ? "NaN" : "infinity";
        return fmt::format("{} is not finite at {}: got {}, wanted {:.10g}.", got.name, fmt::join(place, " "), number,
                           wanted.numbers.values[i]);
    }
    return std::nullopt;
}

/// Is this output right in every trial?
bool is_right(const Task& task, const std::vector<Attempt>& made, std::size_t output) {
    for (std::size_t trial = 0; trial < made.size(); ++trial) {
        if (!made[trial].thrown.empty()) return false;
        const Output& wanted = task.trials[trial].wanted[output];
        if (!compare(made[trial].outputs[output].numbers, wanted.numbers, wanted.axes, task.trials[trial].tolerance))
            return false;
    }
    return true;
}

/// The first thing that is wrong with a trial: stage and words; no stage if nothing is.
Verdict first_fault(const Task& task, const Attempt& made, const Task::Trial& trial) {
    if (!made.thrown.empty()) return {"exception", {"It throws: " + made.thrown}};
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
        verdict.what.push_back(got.numbers.values.size() == 1
                                   ? fmt::format("{}: got {:.10g}, wanted {:.10g}", got.name, got.numbers.values[0],
                                                 wanted.numbers.values[0])
                                   : fmt::format("{} {}", got.name, comparison.difference));
        break;
    }
    return verdict;
}

/// Names the wrong answers that this one equals: as a whole, or output by output.
void name_wrong_answers(const Task& task, const std::vector<Attempt>& made, Verdict& verdict) {
    std::vector<std::vector<Attempt>> known;
    for (const Task::WrongAnswer& wrong : task.wrong_answers) known.push_back(attempts(task, wrong.answer));
    const auto name = [&](std::size_t w, const std::string& what) {
        const Task::WrongAnswer& wrong = task.wrong_answers[w];
        verdict.mistakes.push_back(wrong.name);
        verdict.sentences.push_back(
            fmt::format("{} equals {}{}", what, wrong.sentence,
                        wrong.source.empty() ? "" : fmt::format(" (Made before: {}.)", wrong.source)));
    };
    for (std::size_t w = 0; w < known.size(); ++w)
        if (std::equal(made.begin(), made.end(), known[w].begin(),
                       [](const Attempt& a, const Attempt& b) { return alike(a, b); }))
            name(w, "Your result");
    if (!verdict.mistakes.empty()) return;
    // Two mistakes at once, each in an output of its own.
    const std::size_t outputs = task.trials.at(0).wanted.size();
    for (std::size_t o = 0; o < outputs; ++o) {
        if (is_right(task, made, o)) continue;
        for (std::size_t w = 0; w < known.size(); ++w) {
            bool equal = !is_right(task, known[w], o);
            for (std::size_t trial = 0; trial < made.size(); ++trial)
                equal = equal && made[trial].thrown.empty() && known[w][trial].thrown.empty() &&
                        alike(made[trial].outputs[o].numbers, known[w][trial].outputs[o].numbers);
            if (equal) {
                name(w, "Your " + made[0].outputs[o].name);
                break;
            }
        }
    }
}

/// The form of one wrong output; nothing unless it is the same in all trials that are large enough to show one. A
/// single number always has a ratio to another: where there are only such, the same must be said twice.
std::optional<Form> form_in_all_trials(const Task& task, const std::vector<Attempt>& made, std::size_t o) {
    std::size_t most = 0;  // numbers in a trial
    for (const Task::Trial& trial : task.trials) most = std::max(most, trial.wanted[o].numbers.values.size());
    const std::size_t enough = std::min<std::size_t>(most, 3);
    std::vector<Form> forms;
    std::size_t largest = 0, size_of_largest = 0;
    for (std::size_t t = 0; t < made.size(); ++t) {
        const Task::Trial& trial = task.trials[t];
        const std::size_t size = trial.wanted[o].numbers.values.size();
        if (!made[t].thrown.empty() || size < enough) continue;
        if (compare(made[t].outputs[o].numbers, trial.wanted[o].numbers, "", trial.tolerance)) continue;
        const std::optional<Form> form = form_of(made[t].outputs[o], trial.wanted[o], trial.givens, trial.constants);
        if (!form || (!forms.empty() && form->name != forms[0].name)) return std::nullopt;
        if (most == 1 && !forms.empty() && form->sentence != forms[0].sentence) return std::nullopt;
        if (size > size_of_largest) size_of_largest = size, largest = forms.size();
        forms.push_back(*form);
    }
    if (forms.empty() || (most == 1 && forms.size() == 1)) return std::nullopt;
    return forms[largest];
}

/// Names the form of the first wrong output that has one.
void name_form(const Task& task, const std::vector<Attempt>& made, Verdict& verdict) {
    for (std::size_t o = 0; o < task.trials.at(0).wanted.size(); ++o) {
        if (is_right(task, made, o)) continue;
        const std::optional<Form> form = form_in_all_trials(task, made, o);
        if (!form) continue;
        verdict.mistakes.push_back(form->name);
        verdict.sentences.push_back(form->sentence);
        return;
    }
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
        shapes = shapes && made[t].thrown.empty();
        for (std::size_t o = 0; o < made[t].outputs.size(); ++o)
            shapes = shapes && made[t].outputs[o].numbers.shape == task.trials[t].wanted[o].numbers.shape;
    }
    if (shapes && !single_numbers) right.push_back("all shapes");
    for (const Promise& promise : task.promises) {
        const bool kept = std::all_of(made.begin(), made.end(), [&](const Attempt& a) {
            return a.thrown.empty() && shapes && promise.holds(a.outputs);
        });
        if (kept) right.push_back(promise.sentence);
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
        name_wrong_answers(task, made, verdict);
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
