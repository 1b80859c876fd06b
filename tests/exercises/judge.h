// The judge: what is wrong with an answer, first things first, and which mistake it looks like.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/exercises/form.h"
#include "tests/exercises/output.h"

namespace vit {

/// What a function makes of trial number `trial`.
using Answer = std::function<Outputs(std::size_t trial)>;

/// What every right answer keeps.
struct Promise {
    std::string sentence;  // "every row of y sums to 1"
    std::function<bool(const Outputs&)> holds;
};

/// An exercise without the type of its function (exercise.h).
struct Task {
    struct Trial {
        std::string inputs;
        Outputs wanted, givens;
        Constants constants;
        double tolerance;
    };
    struct WrongAnswer {
        std::string name, sentence, source;
        Answer answer;
    };
    std::string name;
    std::vector<Trial> trials = {};
    std::vector<Promise> promises = {};
    std::vector<WrongAnswer> wrong_answers = {};
    bool is_of_a_test = false;  // of a function that judges code (Trial::judges_code)
};

/// The first thing that is wrong.
struct Verdict {
    std::string stage;                        // "shape", "finite", "promise", "numbers", ...; nothing if all is right
    std::vector<std::string> what;            // what was wanted and what came
    std::vector<std::string> mistakes = {};   // the names of the wrong answers, or the forms, that it equals
    std::vector<std::string> sentences = {};  // what that means, in words
    std::vector<std::string> right = {};      // what is right already
};

/// The inputs of the trial that is running, for whoever has to say where a function crashed; nothing if none is.
const std::string& running_trial();

/// In this order for each trial: does it end without an exception, are the shapes right, are the numbers finite, are
/// the promises kept, are the numbers right?
Verdict judge(const Task& task, const Answer& answer);

/// The verdict as a screen of text.
std::string to_string(const Task& task, const Verdict& verdict);

/// Fails the running test with the verdict, unless all is right.
void report(const Task& task, const Verdict& verdict);

/// Fails the running test with the words "not started".
void report_not_started(const Task& task);

/// Fails the running test for each wrong answer that passes, or whose verdict does not name it alone. Prints a line for
/// each that is caught and named.
void report_proof(const Task& task);

}  // namespace vit
