#include "tests/exercises/naming.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "tests/exercises/evidence.h"

namespace vit {
namespace {

using Attempts = std::vector<Attempt>;

/// The trials and outputs in which both answers are compared.
template <class Use>
void for_each_output(const Task& task, const Attempts& made, Use use) {
    for (std::size_t trial = 0; trial < made.size(); ++trial)
        for (std::size_t o = 0; o < made[trial].outputs.size() && o < task.trials[trial].wanted.size(); ++o)
            use(trial, o);
}

/// Do the wrong numbers of an answer tell which mistake was made?
bool tells(const Task& task, const Attempts& made) {
    Evidence evidence;
    for_each_output(task, made, [&](std::size_t trial, std::size_t o) {
        evidence.add(made[trial].outputs[o], task.trials[trial].wanted[o], task.trials[trial].tolerance);
    });
    return evidence.tells();
}

bool tells(const Task& task, const Attempts& made, std::size_t output) {
    Evidence evidence;
    for (std::size_t trial = 0; trial < made.size(); ++trial)
        if (made[trial].completed())
            evidence.add(made[trial].outputs[output], task.trials[trial].wanted[output], task.trials[trial].tolerance);
    return evidence.tells();
}

/// Is the known answer the same wherever this one came to its end?
bool equal_where_completed(const Attempts& made, const Attempts& known) {
    for (std::size_t trial = 0; trial < made.size(); ++trial)
        if (made[trial].completed() && !alike(made[trial], known[trial])) return false;
    return true;
}

/// Is something right that the known answer has wrong? Then it is not what was done.
bool contradicts(const Task& task, const Attempts& made, const Attempts& known) {
    bool found = false;
    for_each_output(task, made, [&](std::size_t trial, std::size_t o) {
        found = found || (is_right_in(task, made, trial, o) && !is_right_in(task, known, trial, o));
    });
    return found;
}

bool same_output(const Task& task, const Attempts& made, const Attempts& known, std::size_t o) {
    if (is_right(task, known, o)) return false;
    for (std::size_t trial = 0; trial < made.size(); ++trial) {
        if (!made[trial].completed()) continue;
        if (!known[trial].completed() || !alike(made[trial].outputs[o].numbers, known[trial].outputs[o].numbers))
            return false;
    }
    return true;
}

void say(const Task::WrongAnswer& wrong, const std::string& what, Verdict& verdict) {
    const std::string source = wrong.source.empty() ? "" : fmt::format(" (Made before: {}.)", wrong.source);
    verdict.mistakes.push_back(wrong.name);
    verdict.sentences.push_back(fmt::format("{} {}{}", what, wrong.sentence, source));
}

/// Of a test, what it does is told by the code that it accepts: "that of a test whose ...".
void say_of_test(Task::WrongAnswer wrong, Verdict& verdict) {
    const std::string that = "that of ";
    if (wrong.sentence.starts_with(that)) wrong.sentence.erase(0, that.size());
    say(wrong, "Your test accepts and refuses the same code as", verdict);
}

/// Names the known answers that are the same in everything, or in all that came to its end.
void name_whole(const Task& task, const Attempts& made, const std::vector<Attempts>& known, Verdict& verdict) {
    const bool sure = tells(task, made);
    const auto same = [](const Attempt& a, const Attempt& b) { return alike(a, b); };
    for (std::size_t w = 0; w < known.size(); ++w) {
        if (!std::equal(made.begin(), made.end(), known[w].begin(), same)) continue;
        if (task.is_of_a_test)
            say_of_test(task.wrong_answers[w], verdict);
        else
            say(task.wrong_answers[w], sure ? "Your result equals" : "Your result may be", verdict);
    }
    if (!verdict.mistakes.empty() || !sure || task.is_of_a_test) return;
    for (std::size_t w = 0; w < known.size(); ++w)
        if (equal_where_completed(made, known[w]))
            say(task.wrong_answers[w], "Where it does not throw, your result equals", verdict);
}

/// "Your a, b and c equal", and in which trial if the one that is shown has these right.
std::string subject(const Task& task, const Attempts& made, const std::vector<std::size_t>& outputs,
                    std::size_t shown) {
    constexpr std::size_t most = 4;
    std::vector<std::string> names;
    for (std::size_t o : outputs) names.push_back(task.trials[shown].wanted[o].name);
    const std::size_t more = names.size() > most ? names.size() - most + 1 : 0;
    if (more > 0) names.resize(most - 1), names.push_back(fmt::format("{} more", more));
    const std::string last = names.back();
    names.pop_back();
    const std::string text =
        names.empty() ? "our " + last + " equals" : fmt::format("our {} and {} equal", fmt::join(names, ", "), last);
    const auto wrong_in = [&](std::size_t trial) {
        return std::any_of(outputs.begin(), outputs.end(), [&](std::size_t o) {
            return made[trial].completed() && !is_right_in(task, made, trial, o);
        });
    };
    if (wrong_in(shown)) return "Y" + text;
    std::size_t trial = 0;
    while (trial + 1 < made.size() && !wrong_in(trial)) ++trial;
    return fmt::format("Tried on {}, y{}", task.trials[trial].inputs, text);
}

/// Two mistakes at once, each in outputs of its own. Who explains most comes first.
void name_by_output(const Task& task, const Attempts& made, const std::vector<Attempts>& known, std::size_t shown,
                    Verdict& verdict) {
    std::vector<std::size_t> unexplained;
    for (std::size_t o = 0; o < task.trials.at(0).wanted.size(); ++o)
        if (!is_right(task, made, o) && !is_share(task.trials[0].wanted[o]) && tells(task, made, o))
            unexplained.push_back(o);
    std::vector<std::vector<std::size_t>> explains(known.size());
    for (std::size_t w = 0; w < known.size(); ++w)
        if (!contradicts(task, made, known[w]))
            for (std::size_t o : unexplained)
                if (same_output(task, made, known[w], o)) explains[w].push_back(o);
    for (;;) {
        const auto best = std::max_element(explains.begin(), explains.end(),
                                           [](const auto& a, const auto& b) { return a.size() < b.size(); });
        if (best == explains.end() || best->empty()) return;
        const std::vector<std::size_t> outputs = *best;
        say(task.wrong_answers[static_cast<std::size_t>(best - explains.begin())], subject(task, made, outputs, shown),
            verdict);
        for (std::vector<std::size_t>& list : explains)
            std::erase_if(list, [&](std::size_t o) { return std::count(outputs.begin(), outputs.end(), o) > 0; });
    }
}

/// The form of one wrong output; nothing unless it is the same in all trials that are large enough to show one. A
/// single number always has a ratio to another: where there are only such, the same must be said twice.
std::optional<Form> form_in_all_trials(const Task& task, const std::vector<Attempt>& made, std::size_t o) {
    std::size_t most = 0;  // numbers in a trial
    for (const Task::Trial& trial : task.trials) most = std::max(most, trial.wanted[o].numbers.values.size());
    const std::size_t enough = std::min<std::size_t>(most, 3);
    std::vector<Form> forms;
    std::size_t largest = 0, size_of_largest = 0;
    for (std::size_t t = 0; t < made.size(); ++t) {
        const Task::Trial& trial = task.trials[t];
        const std::size_t size = trial.wanted[o].numbers.values.size();
        if (!made[t].completed() || size < enough) continue;
        if (compare(made[t].outputs[o].numbers, trial.wanted[o].numbers, "", trial.tolerance)) continue;
        const std::optional<Form> form = form_of(made[t].outputs[o], trial.wanted[o], trial.givens, trial.constants);
        if (!form || (!forms.empty() && form->name != forms[0].name)) return std::nullopt;
        if (most == 1 && !forms.empty() && form->sentence != forms[0].sentence) return std::nullopt;
        if (size > size_of_largest) size_of_largest = size, largest = forms.size();
        forms.push_back(*form);
    }
    if (forms.empty() || (most == 1 && forms.size() == 1)) return std::nullopt;
    if (std::none_of(forms.begin(), forms.end(), [](const Form& form) { return form.is_sure; })) return std::nullopt;
    return in_all(forms, largest);
}

}  // namespace

void name_wrong_answers(const Task& task, const std::vector<Attempt>& made, std::size_t shown, Verdict& verdict) {
    std::vector<Attempts> known;
    for (const Task::WrongAnswer& wrong : task.wrong_answers) known.push_back(attempts(task, wrong.answer));
    name_whole(task, made, known, verdict);
    if (verdict.mistakes.empty() && !task.is_of_a_test) name_by_output(task, made, known, shown, verdict);
}

void name_form(const Task& task, const std::vector<Attempt>& made, Verdict& verdict) {
    for (std::size_t o = 0; o < task.trials.at(0).wanted.size(); ++o) {
        if (is_right(task, made, o) || is_share(task.trials[0].wanted[o])) continue;
        const std::optional<Form> form = form_in_all_trials(task, made, o);
        if (!form) continue;
        verdict.mistakes.push_back(form->name);
        verdict.sentences.push_back(form->sentence);
        return;
    }
}

}  // namespace vit
