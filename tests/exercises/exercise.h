// An exercise: a function that readers write, what it is tried on, and the wrong answers that are known.
//
//     Exercise<Function> exercise{.name = "3.1 softmax_forward",
//                                 .reference = ...,         slow and plain, and not the chapter's
//                                 .trials = ...,            the page's example, random numbers, hard rows: in this
//                                 order .promises = ...,          what every right answer keeps, in words
//                                 .wrong_answers = ...};    each with a sentence that says what went wrong
//
//     TEST_CASE("3.1 softmax_forward") { check(exercise, softmax_forward<2>); }       the reader's, or the chapter's
//     TEST_CASE("3.1 softmax_forward: wrong answers" * doctest::skip()) {             each fails, under its own name;
//         prove(exercise);                                                            only where it is asked for
//     }
#pragma once

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/exercises/judge.h"
#include "tests/exercises/reader.h"

namespace vit {

/// One set of inputs.
template <class Function>
struct Trial {
    std::string inputs;                           // "the example of page 3", "random numbers, M=4 N=7"
    std::function<Outputs(const Function&)> run;  // calls the function, and names what it made
    Outputs givens = {};                          // the inputs that may be returned, forgotten or added by mistake
    Constants constants = {};                     // numbers with a name that may be forgotten: {{"√K", 1.7}}
    double tolerance = 1e-9;
    bool judges_code = false;  // is the function a test, and are the inputs code that it accepts or refuses?
};

/// An answer that somebody gave.
template <class Function>
struct WrongAnswer {
    std::string name;      // "softmax_over_queries"
    std::string sentence;  // goes on after "Your result equals ": what was computed, and what should be
    std::string
        source;  // who made it in public, "labmlai/annotated_deep_learning_paper_implementations#146", or nothing
    Function function;
};

template <class Function>
struct Exercise {
    std::string name;    // its number and the function's name
    Function reference;  // a right answer, plain and slow, that shares no line with the chapter's
    std::vector<Trial<Function>> trials;
    std::vector<Promise> promises = {};
    std::vector<WrongAnswer<Function>> wrong_answers;
};

/// The exercise without the type of its function.
template <class Function>
Task task_of(const Exercise<Function>& exercise) {
    const auto answer = [trials = exercise.trials](Function function) -> Answer {
        return [trials, function](std::size_t trial) { return trials.at(trial).run(function); };
    };
    Task task{.name = exercise.name, .promises = exercise.promises};
    for (const Trial<Function>& trial : exercise.trials) {
        task.trials.push_back(
            {trial.inputs, trial.run(exercise.reference), trial.givens, trial.constants, trial.tolerance});
        task.is_of_a_test = trial.judges_code;
    }
    for (const Task::Trial& trial : task.trials)
        if (trial.wanted.size() != task.trials[0].wanted.size())
            throw std::logic_error(exercise.name + ": all trials must have the same outputs");
    for (const WrongAnswer<Function>& wrong : exercise.wrong_answers)
        task.wrong_answers.push_back({wrong.name, wrong.sentence, wrong.source, answer(wrong.function)});
    return task;
}

/// Judges `function`, and fails with the verdict unless it is right. What the project had to fill in is not judged.
template <class Function>
void check(const Exercise<Function>& exercise, const std::type_identity_t<Function>& function) {
    const Task task = task_of(exercise);
    if (std::count(not_written.begin(), not_written.end(), task.name) > 0) return report_not_started(task);
    report(task, judge(task, [&](std::size_t trial) { return exercise.trials.at(trial).run(function); }));
}

/// Judges every wrong answer, and fails for each that passes or that is taken for something else.
template <class Function>
void prove(const Exercise<Function>& exercise) {
    report_proof(task_of(exercise));
}

}  // namespace vit
