#include "tests/exercises/form.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/tensor/shape.h"
#include "tests/exercises/part.h"
#include "tests/exercises/slices.h"

namespace vit {
namespace {

/// c with a = c b, if there is one that is not 0.
std::optional<double> ratio(const std::vector<double>& a, const std::vector<double>& b) {
    const auto largest =
        std::max_element(b.begin(), b.end(), [](double x, double y) { return std::abs(x) < std::abs(y); });
    if (largest == b.end() || *largest == 0 || !std::isfinite(*largest)) return std::nullopt;
    const double c = a[static_cast<std::size_t>(largest - b.begin())] / *largest;
    if (c == 0 || !std::isfinite(c)) return std::nullopt;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!alike(a[i], c * b[i], size_of(a))) return std::nullopt;
    return c;
}

/// The axes' sizes, and of each constant the forms in which it is forgotten.
Constants with_forms(Constants constants, const Output& wanted) {
    for (std::size_t axis = 0; axis < wanted.axes.size(); ++axis) {
        const std::string letter(1, wanted.axes[axis]);
        constants.emplace_back(letter, static_cast<double>(wanted.numbers.shape[axis]));
    }
    Constants forms;
    for (const auto& [name, value] : constants) {
        forms.emplace_back(name, value);
        forms.emplace_back("1 / " + name, 1 / value);
        forms.emplace_back("√" + name, std::sqrt(value));
        forms.emplace_back("1 / √" + name, 1 / std::sqrt(value));
        forms.emplace_back(name + "²", value * value);
    }
    return forms;
}

/// "2", and what is 2 here: "2, which is B here".
std::string named(double number, const std::vector<std::string>& meanings) {
    std::string text = fmt::format("{:.6g}", number);
    if (!meanings.empty()) text += fmt::format(", which is {} here", fmt::join(meanings, ", or "));
    return text;
}

std::string filled(std::string pattern, const std::string& text) {
    return pattern.replace(pattern.find("{}"), 2, text);
}

/// A form whose sentence has a number in the place of {}.
Form form_with(const std::string& name, const std::string& pattern, double number, const Constants& forms) {
    std::vector<std::string> meanings;
    for (const auto& [meaning, value] : forms)
        if (alike(value, number, number) && value != 1) meanings.push_back(meaning);
    return {name, filled(pattern, named(number, meanings)), true, pattern, number, meanings};
}

/// The numbers with axes i and j swapped, and their shape.
Numbers transposed(const Numbers& x, std::size_t i, std::size_t j) {
    Numbers y{x.shape, std::vector<double>(x.values.size())};
    std::swap(y.shape[i], y.shape[j]);
    for (std::size_t number = 0; number < x.values.size(); ++number) {
        Shape index = index_of(number, x.shape);
        std::swap(index[i], index[j]);
        std::size_t at = 0;
        for (std::size_t axis = 0; axis < index.size(); ++axis) at = at * y.shape[axis] + index[axis];
        y.values[at] = x.values[number];
    }
    return y;
}

std::optional<Form> swapped_axes(const Output& got, const Output& wanted) {
    for (std::size_t i = 0; i < wanted.numbers.shape.size(); ++i)
        for (std::size_t j = i + 1; j < wanted.numbers.shape.size(); ++j) {
            const Numbers other = transposed(wanted.numbers, i, j);
            if (got.numbers.values.size() != other.values.size()) continue;
            const std::string axes = fmt::format("{} and {}", letter(wanted, i), letter(wanted, j));
            if (got.numbers.shape == other.shape && alike(got.numbers.values, other.values))
                return Form{"swapped axes", fmt::format("{} has the right numbers, but its axes {} are swapped: it is "
                                                        "the transpose.",
                                                        got.name, axes)};
            if (got.numbers.shape == wanted.numbers.shape && alike(got.numbers.values, other.values))
                return Form{"not moved",
                            fmt::format("{} has the right numbers and the right shape, but the numbers lie "
                                        "as if its axes {} were swapped: a new shape moves nothing.",
                                        got.name, axes)};
        }
    return std::nullopt;
}

std::optional<Form> moved_slices(const Output& got, const Output& wanted) {
    for (std::size_t axis = 0; axis < wanted.numbers.shape.size(); ++axis) {
        const auto have = slices(got.numbers, axis), want = slices(wanted.numbers, axis);
        const std::size_t count = want.size();
        if (count < 2 || size_of(wanted.numbers.values) == 0) continue;
        std::vector<std::size_t> from;  // which wanted slice stands at each place
        for (const auto& slice : have) {
            const auto found = std::find_if(want.begin(), want.end(), [&](const auto& w) { return alike(slice, w); });
            if (found == want.end()) break;
            from.push_back(static_cast<std::size_t>(found - want.begin()));
        }
        const std::string name = letter(wanted, axis);
        if (from.size() == count) {
            std::vector<std::size_t> sorted = from;
            std::sort(sorted.begin(), sorted.end());
            if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
                if (sorted.front() == sorted.back())
                    return Form{"one for all",
                                fmt::format("{} holds what belongs to {} = {} at every place of axis {}.", got.name,
                                            name, from[0], name)};
                continue;
            }
            std::vector<std::size_t> reversed(count);
            std::iota(reversed.rbegin(), reversed.rend(), std::size_t(0));
            if (from == reversed && count > 2)
                return Form{"reversed",
                            fmt::format("{} runs the wrong way along axis {}: the last comes first.", got.name, name)};
            const std::size_t shift = from[0];
            bool shifted = true;
            for (std::size_t i = 0; i < count; ++i) shifted = shifted && from[i] == (i + shift) % count;
            if (shifted)
                return Form{"shifted",
                            fmt::format("{} is shifted by {} along axis {}: at {} = 0 stands what belongs to "
                                        "{} = {}.",
                                        got.name, std::min(shift, count - shift), name, name, name, shift)};
            return Form{"reordered", fmt::format("{} has its places along axis {} in another order: at {} = 0, 1, ... "
                                                 "stands what belongs to {} = {}.",
                                                 got.name, name, name, name, fmt::join(from, ", "))};
        }
        // All places but one are right, or only the end is wrong.
        std::vector<std::size_t> wrong;
        for (std::size_t i = 0; i < count; ++i)
            if (!alike(have[i], want[i])) wrong.push_back(i);
        if (wrong.size() == 1 && count > 2) {
            const bool at_end = wrong[0] + 1 == count;
            const bool empty = size_of(have[wrong[0]]) == 0;
            return Form{"one place wrong", fmt::format("{} is right but for {} = {}{}{}.", got.name, name, wrong[0],
                                                       at_end          ? ", the last"
                                                       : wrong[0] == 0 ? ", the first"
                                                                       : "",
                                                       empty ? "; nothing was written there" : "")};
        }
    }
    return std::nullopt;
}

std::optional<Form> wrong_term(const Output& got, const Output& wanted, const Outputs& givens, const Constants& forms) {
    std::vector<double> missing(got.numbers.values.size());
    for (std::size_t i = 0; i < missing.size(); ++i) missing[i] = wanted.numbers.values[i] - got.numbers.values[i];
    for (const Output& given : givens) {
        if (given.numbers.shape != wanted.numbers.shape) continue;
        if (got.numbers.values == given.numbers.values)  // to the bit: nothing was computed
            return Form{"unchanged", fmt::format("{} is {}, unchanged.", got.name, given.name)};
        const std::optional<double> c = ratio(missing, given.numbers.values);
        if (!c) continue;
        const bool lacks = *c > 0;
        const std::string name = lacks ? "missing term" : "term too many";
        const std::string sentence = fmt::format("{} {}: the difference is exactly {}", got.name,
                                                 lacks ? "lacks a term" : "has a term too many", given.name);
        if (alike(std::abs(*c), 1, 1)) return Form{name, sentence + "."};
        return form_with(name, sentence + " times {}.", std::abs(*c), forms);
    }
    return std::nullopt;
}

std::optional<Form> other_size(const Output& got, const Output& wanted, const Constants& forms) {
    const std::vector<double>&have = got.numbers.values, &want = wanted.numbers.values;
    if (size_of(have) == 0 && size_of(want) > 0)
        return Form{
            "zero",
            fmt::format(
                "{} is 0 everywhere: nothing was written into it, or every number came out as 0 (1 / n in whole "
                "numbers is 0).",
                got.name)};
    if (const std::optional<double> c = ratio(have, want)) {
        if (alike(*c, -1, 1)) return Form{"sign", fmt::format("{} has the wrong sign.", got.name)};
        return form_with("factor", got.name + " is what it should be times {}.", *c, forms);
    }
    if (have.size() < 2) return std::nullopt;
    const double offset = have[0] - want[0];
    for (std::size_t i = 0; i < have.size(); ++i)
        if (!alike(have[i] - want[i], offset, size_of(want))) return std::nullopt;
    return form_with("offset", got.name + " is what it should be plus {}.", offset, forms);
}

std::optional<Form> same_numbers_elsewhere(const Output& got, const Output& wanted) {
    std::vector<double> have = got.numbers.values, want = wanted.numbers.values;
    if (have.size() < 3) return std::nullopt;
    std::sort(have.begin(), have.end());
    std::sort(want.begin(), want.end());
    if (!alike(have, want)) return std::nullopt;
    return Form{"other places", fmt::format("{} has the right numbers, each once, but at other places.", got.name)};
}

}  // namespace

std::optional<Form> form_of(const Output& got, const Output& wanted, const Outputs& givens, Constants constants) {
    for (const std::vector<double>* values : {&got.numbers.values, &wanted.numbers.values})
        if (!std::all_of(values->begin(), values->end(), [](double x) { return std::isfinite(x); }))
            return std::nullopt;
    if (got.numbers.values.size() != wanted.numbers.values.size()) return std::nullopt;
    if (std::optional<Form> form = swapped_axes(got, wanted)) return form;
    if (got.numbers.shape != wanted.numbers.shape) return std::nullopt;

    const Constants forms = with_forms(std::move(constants), wanted);
    if (std::optional<Form> form = other_size(got, wanted, forms)) return form;
    if (std::optional<Form> form = wrong_term(got, wanted, givens, forms)) return form;
    if (std::optional<Form> form = moved_slices(got, wanted)) return form;
    if (std::optional<Form> form = same_numbers_elsewhere(got, wanted)) return form;
    return right_in_part(got, wanted);
}

Form in_all(const std::vector<Form>& forms, std::size_t largest) {
    Form all = forms.at(largest);
    bool same_number = true;
    for (const Form& form : forms) {
        if (form.pattern.empty()) return forms[largest];
        same_number = same_number && alike(form.number, all.number, all.number);
        std::erase_if(all.meanings, [&](const std::string& meaning) {
            return std::count(form.meanings.begin(), form.meanings.end(), meaning) == 0;
        });
    }
    const std::string number = same_number            ? named(all.number, all.meanings)
                               : all.meanings.empty() ? "a number that is another one in each trial"
                                                      : fmt::format("{}", fmt::join(all.meanings, ", or "));
    all.sentence = filled(all.pattern, number);
    return all;
}

}  // namespace vit
