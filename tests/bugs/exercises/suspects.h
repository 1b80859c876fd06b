// An exercise of the lane "find the bug": the function that readers write is a test, and is tried on code.
//
// Each piece of code is a trial. The test must let right code pass, and must refuse every bug. A wrong answer is a weak
// test: it is known by the bugs that it misses.
#pragma once

#include <string>
#include <vector>

#include "tests/exercises/exercise.h"

namespace vit {

/// What a reader writes: is this code right?
template <class Code>
using TestOf = std::function<bool(const Code&)>;

template <class Code>
struct Suspect {
    std::string what;  // "a softmax over the keys, in plain loops"
    Code code;
};

/// First the right code, then the bugs.
template <class Code>
std::vector<Trial<TestOf<Code>>> trials_of(const std::vector<Suspect<Code>>& right,
                                           const std::vector<Suspect<Code>>& bugs) {
    std::vector<Trial<TestOf<Code>>> trials;
    for (const Suspect<Code>& suspect : right)
        trials.push_back({.inputs = "right code: " + suspect.what,
                          .run = [code = suspect.code](const TestOf<Code>& passes) -> Outputs {
                              return {output("refused", passes(code) ? 0 : 1)};
                          },
                          .judges_code = true});
    for (const Suspect<Code>& suspect : bugs)
        trials.push_back({.inputs = "wrong code: " + suspect.what,
                          .run = [code = suspect.code](const TestOf<Code>& passes) -> Outputs {
                              return {output("let through", passes(code) ? 1 : 0)};
                          },
                          .judges_code = true});
    return trials;
}

/// What can be right already.
inline std::vector<Promise> promises_of_a_test() {
    return {{"right code passes",
             [](const Outputs& made) { return made[0].name != "refused" || made[0].numbers.values[0] == 0; }}};
}

}  // namespace vit
