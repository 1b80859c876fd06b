#include "tests/exercises/attempt.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include "common/program/not_done.h"

namespace vit {
namespace {

std::string running;  // the inputs of the trial that is running

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
