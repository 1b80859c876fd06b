// What an answer made of the trials, and how two answers are compared.
#pragma once

#include <string>
#include <vector>

#include "tests/exercises/judge.h"

namespace vit {

/// What an answer made of one trial.
struct Attempt {
    Outputs outputs;
    std::string thrown;  // what was thrown instead, in words
    bool completed() const { return thrown.empty(); }
};

/// Calls the answer on every trial.
std::vector<Attempt> attempts(const Task& task, const Answer& answer);

/// Are these the same numbers, up to rounding? NaN equals NaN, and each infinity itself.
bool alike(const Numbers& a, const Numbers& b);

/// Are all outputs alike, or did both throw?
bool alike(const Attempt& a, const Attempt& b);

/// Is this output right in a trial that was completed?
bool is_right_in(const Task& task, const std::vector<Attempt>& made, std::size_t trial, std::size_t output);

/// Is this output right in every trial? A trial that threw has nothing right.
bool is_right(const Task& task, const std::vector<Attempt>& made, std::size_t output);

/// Is this number within a trial's tolerance of the one that is wanted?
bool is_right(double got, double wanted, double tolerance);

}  // namespace vit
