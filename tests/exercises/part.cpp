#include "tests/exercises/part.h"

#include <fmt/format.h>

#include "tests/exercises/slices.h"

namespace vit {
namespace {

/// Which places along an axis are right?
std::vector<bool> right_places(const Output& got, const Output& wanted, std::size_t axis) {
    const auto have = slices(got.numbers, axis), want = slices(wanted.numbers, axis);
    std::vector<bool> right;
    for (std::size_t i = 0; i < want.size(); ++i) right.push_back(alike(have[i], want[i]));
    return right;
}

/// `where` is "N = 0" or "its first row", `name` is N or "row".
Form first_right(const Output& got, const std::string& where, const std::string& name, bool is_sure) {
    return {"right at first " + name,
            fmt::format("{} is right at {} and wrong behind it: does something carry over from one {} to the next that "
                        "should begin anew?",
                        got.name, where, name),
            is_sure};
}

Form last_right(const Output& got, const std::string& name, bool is_sure) {
    return {"right at last " + name,
            fmt::format("{} is right only at the last {}: is something done inside the loop that belongs behind it, or "
                        "written over?",
                        got.name, name),
            is_sure};
}

/// Two places can be right and wrong by chance; three tell.
std::optional<Form> form_of_places(const Output& got, const std::vector<bool>& right, const std::string& where,
                                   const std::string& name) {
    std::size_t wrong = 0;
    for (const bool is_right : right) wrong += is_right ? 0 : 1;
    if (right.size() < 2 || wrong == 0) return std::nullopt;
    const bool is_sure = right.size() > 2;
    if (right.front() && 2 * wrong >= right.size()) return first_right(got, where, name, is_sure);
    if (right.back() && wrong + 1 == right.size()) return last_right(got, name, is_sure);
    return std::nullopt;
}

/// The tensor as rows of its last axis, (rows, numbers).
Output as_rows(Output output) {
    const std::size_t width = output.numbers.shape.back();
    output.numbers.shape = {output.numbers.values.size() / width, width};
    return output;
}

}  // namespace

std::optional<Form> right_in_part(const Output& got, const Output& wanted) {
    for (std::size_t axis = 0; axis < wanted.numbers.shape.size(); ++axis) {
        const std::string name = letter(wanted, axis);
        const std::vector<bool> right = right_places(got, wanted, axis);
        if (std::optional<Form> form = form_of_places(got, right, name + " = 0", name)) return form;
    }
    if (wanted.numbers.shape.size() < 3 || wanted.numbers.values.empty()) return std::nullopt;
    return form_of_places(got, right_places(as_rows(got), as_rows(wanted), 0), "its first row", "row");
}

}  // namespace vit
