#include "tests/exercises/attempt.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include "common/program/not_done.h"

namespace vit {
namespace {

std::string running;  // the inputs of the trial that is running

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// "index 3 is out of bounds for axis 0 with size 3"
std::string index_in_words(const std::string& thrown) {
    const std::size_t begin = thrown.find("index ");
    const std::string index = thrown.substr(begin, thrown.find('\n', begin) - begin);
    const std::string text = "an index leaves its tensor: " + index;
    return index.ends_with("size 0") ? text + ". The tensor is empty: was it given its shape?" : text;
}

/// What xtensor's own checks throw, without the places in its sources, and in other words where those say too little.
std::string in_words(const std::string& thrown) {
    if (thrown.empty()) return "an exception without a text";
    if (has(thrown, "out of bounds") && has(thrown, "index ")) return index_in_words(thrown);
    if (has(thrown, "Cannot change dimension"))
        return "a tensor was given to another one with another number of axes. Did a sum or a view take an axis away "
               "that should stay, or stay where it should go? See docs/xtensor.md.";
    if (has(thrown, "Incompatible dimension of arrays") || has(thrown, "Broadcast shape has fewer elements"))
        return "two tensors were put together whose sizes do not fit. Counted from the last axis, two sizes must be "
               "equal or one of them 1; does one lack an axis? See docs/xtensor.md.";
    if (has(thrown, "assertion failed (i < size())"))
        return "an index leaves the memory of its tensor. Is the tensor still empty: was it given its shape? See "
               "docs/xtensor.md.";
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

bool close(double x, double y) {
    if (x == y || (std::isnan(x) && std::isnan(y))) return true;
    if (!std::isfinite(x) || !std::isfinite(y)) return false;  // infinity is near to nothing
    return std::abs(x - y) <= 1e-9 * std::max({1e-6, std::abs(x), std::abs(y)});
}

}  // namespace

std::vector<Attempt> attempts(const Task& task, const Answer& answer) {
    std::vector<Attempt> all;
    for (std::size_t trial = 0; trial < task.trials.size(); ++trial) {
        running = task.trials[trial].inputs;
        all.push_back(attempt(answer, trial));
    }
    running.clear();
    return all;
}

const std::string& running_trial() {
    return running;
}

bool alike(const Numbers& a, const Numbers& b) {
    return a.shape == b.shape && std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), close);
}

bool alike(const Attempt& a, const Attempt& b) {
    const auto same_output = [](const Output& x, const Output& y) { return alike(x.numbers, y.numbers); };
    return a.completed() == b.completed() && a.outputs.size() == b.outputs.size() &&
           std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), same_output);
}

bool is_right_in(const Task& task, const std::vector<Attempt>& made, std::size_t trial, std::size_t output) {
    const Output& wanted = task.trials[trial].wanted[output];
    return made[trial].completed() && bool(compare(made[trial].outputs[output].numbers, wanted.numbers, wanted.axes,
                                                   task.trials[trial].tolerance));
}

bool is_right(const Task& task, const std::vector<Attempt>& made, std::size_t output) {
    for (std::size_t trial = 0; trial < made.size(); ++trial)
        if (!is_right_in(task, made, trial, output)) return false;
    return true;
}

bool is_right(double got, double wanted, double tolerance) {
    return got == wanted || std::abs(got - wanted) <= tolerance * std::max(1.0, std::abs(wanted));
}

}  // namespace vit
