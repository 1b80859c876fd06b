// Mistakes that no list can hold, told by their form: a factor, a sign, two axes swapped, a shift by one, a missing
// term.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/exercises/output.h"

namespace vit {

/// A number that has a name in the exercise: {"√K", 1.7}.
using Constants = std::vector<std::pair<std::string, double>>;

struct Form {
    std::string name;          // "factor"
    std::string sentence;      // "grad.weight is 2 times what it should be; B is 2"
    bool is_sure = true;       // or does it need another trial, with larger axes, that says the same?
    std::string pattern = "";  // the sentence with {} for a number that differs from trial to trial
    double number = 0;
    std::vector<std::string> meanings = {};  // what the number is in the exercise: "B", "1 / √K"
};

/// How `got` would become `wanted`, if one simple change does it. `givens` are the inputs, of which a term may have
/// been left out or added; `constants` are numbers that may have been forgotten. The sizes of the axes are added to
/// them.
std::optional<Form> form_of(const Output& got, const Output& wanted, const Outputs& givens, Constants constants);

/// What the same form says of several trials, of which number `largest` has the most numbers. A number keeps the
/// meanings that it has in all of them.
Form in_all(const std::vector<Form>& forms, std::size_t largest);

}  // namespace vit
