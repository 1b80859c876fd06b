// Which mistake an answer looks like: one of the known wrong answers, or a form.
#pragma once

#include <vector>

#include "tests/exercises/attempt.h"

namespace vit {

/// Names the wrong answers that this one equals: as a whole, or output by output. `shown` is the trial that the verdict
/// shows. Equal numbers name a mistake only where they tell something: infinity, zeros or nothing at all come from
/// anywhere. And what is said must not contradict what the answer does right.
void name_wrong_answers(const Task& task, const std::vector<Attempt>& made, std::size_t shown, Verdict& verdict);

/// Names the form of the first wrong output that has one.
void name_form(const Task& task, const std::vector<Attempt>& made, Verdict& verdict);

}  // namespace vit
