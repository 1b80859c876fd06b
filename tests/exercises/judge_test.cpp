#include "tests/exercises/judge.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "common/program/not_done.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

/// y = 2 x and z = x + 1: two outputs, so that two mistakes can be made at once.
using Function = std::function<std::pair<Tensor<1>, Tensor<1>>(const Tensor<1>&)>;

Function with(double factor, double added) {
    return [=](const Tensor<1>& x) { return std::pair<Tensor<1>, Tensor<1>>(x * factor, x + added); };
}

Trial<Function> try_on(const std::string& inputs, const Tensor<1>& x) {
    return {.inputs = inputs, .run = [x](const Function& f) -> Outputs {
                const auto [y, z] = f(x);
                return {output("y", "N", y), output("z", "N", z)};
            }};
}

Task task() {
    return task_of(Exercise<Function>{
        .name = "9.1 example",
        .reference = with(2, 1),
        .trials = {try_on("one number", {3}), try_on("four numbers", {1, 2, 4, 8.5})},
        .promises = {{"z is never 0", [](const Outputs& made) { return made[1].numbers.values[0] != 0; }}},
        .wrong_answers = {{"tripled", "three times x.", "somebody/something#1", with(3, 1)},
                          {"not_added", "x, without the 1.", "", with(2, 0)}}});
}

Verdict verdict_on(const Function& function) {
    const Trial<Function> first = try_on("", {3}), second = try_on("", {1, 2, 4, 8.5});
    return judge(task(), [&](std::size_t trial) { return (trial == 0 ? first : second).run(function); });
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a right answer has no stage") {
    CHECK(verdict_on(with(2, 1)).stage == "");
}

TEST_CASE("a known wrong answer is named, with its source; what is right already is said") {
    const Verdict verdict = verdict_on(with(3, 1));
    CHECK(verdict.stage == "numbers");
    CHECK(verdict.what == Lines{"Tried on one number:", "y: got 9, wanted 6"});
    CHECK(verdict.mistakes == Lines{"tripled"});
    CHECK(verdict.sentences == Lines{"Your result equals three times x. (Made before: somebody/something#1.)"});
    CHECK(verdict.right == Lines{"z", "all shapes", "z is never 0"});
}

TEST_CASE("a wrong text is shown, not the number that stands for it") {
    using Name = std::function<std::string(int)>;
    const auto numbered = [](const std::string& letter) -> Name {
        return [letter](int block) { return letter + std::to_string(block); };
    };
    const auto try_on_block = [](int block) -> Trial<Name> {
        return {.inputs = "block " + std::to_string(block),
                .run = [block](const Name& f) -> Outputs { return {output("name", f(block))}; }};
    };
    const Task task = task_of(Exercise<Name>{.name = "9.2 name",
                                             .reference = numbered("block"),
                                             .trials = {try_on_block(3), try_on_block(12)},
                                             .wrong_answers = {{"layer", "names of layers.", "", numbered("layer")}}});
    const auto verdict_on = [&](const Name& f) {
        return judge(task, [&](std::size_t trial) { return try_on_block(trial == 0 ? 3 : 12).run(f); });
    };
    CHECK(verdict_on(numbered("block")).stage == "");
    const Verdict layer = verdict_on(numbered("layer")), cap = verdict_on(numbered("Block"));
    CHECK(layer.what == Lines{"Tried on block 3:", "name: got layer3", "wanted block3"});
    CHECK(layer.mistakes == Lines{"layer"});
    CHECK(cap.what == Lines{"Tried on block 3:", "name: got Block3", "wanted block3"});
    CHECK(cap.mistakes == Lines{});
}

TEST_CASE("two mistakes are named each by its output") {
    const Verdict verdict = verdict_on(with(3, 0));
    CHECK(verdict.mistakes == Lines{"tripled", "not_added"});
    CHECK(verdict.sentences == Lines{"Your y equals three times x. (Made before: somebody/something#1.)",
                                     "Your z equals x, without the 1."});
}

TEST_CASE("what is not known is told by its form; what has none, by its numbers alone") {
    const Verdict quintupled = verdict_on(with(10, 1)),
                  odd = verdict_on([](const Tensor<1>&x) { return std::pair<Tensor<1>, Tensor<1>>(x * x * x, x + 1); });
    CHECK(quintupled.mistakes == Lines{"factor"});
    CHECK(quintupled.sentences == Lines{"y is what it should be times 5."});
    CHECK(odd.stage == "numbers");
    CHECK(odd.mistakes == Lines{});
}

TEST_CASE("a form must show in every trial that is large enough for one") {
    // 5 times what it should be in the large trial only; the small one is right.
    const Verdict verdict = verdict_on(
        [](const Tensor<1>& x) { return std::pair<Tensor<1>, Tensor<1>>(x * (x.size() > 1 ? 10 : 2), x + 1); });
    CHECK(verdict.what[0] == "Tried on four numbers:");
    CHECK(verdict.mistakes == Lines{"factor"});
    CHECK(verdict.right == Lines{"one number", "z", "all shapes", "z is never 0"});
}

TEST_CASE("an exception, a shape and a number that is not finite come before all else") {
    const Verdict thrown = verdict_on(
        [](const Tensor<1>&) -> std::pair<Tensor<1>, Tensor<1>> { throw std::runtime_error("I do not know"); });
    CHECK(thrown.stage == "exception");
    CHECK(thrown.what[1] == "It throws: I do not know");
    const auto in_words = [](const std::string& text) {
        return verdict_on(
                   [text](const Tensor<1>&) -> std::pair<Tensor<1>, Tensor<1>> { throw std::runtime_error(text); })
            .what[1];
    };
    CHECK(in_words("Incompatible dimension of arrays, compile in DEBUG for more info").substr(0, 58) ==
          "It throws: two tensors were put together whose sizes do no");
    CHECK(
        in_words("/x.hpp:3: index 0 is out of bounds for axis 0 with size 0\nmore") ==
        "It throws: an index leaves its tensor: index 0 is out of bounds for axis 0 with size 0. The tensor is empty: "
        "was it given its shape?");
    CHECK(in_words("/x.hpp:659: assertion failed (i < size())").find("was it given its shape?") != std::string::npos);
    const Verdict other =
        verdict_on([](const Tensor<1>&) -> std::pair<Tensor<1>, Tensor<1>> { throw NotDone("8.1 other"); });
    CHECK(other.what[1] == "It throws: it calls 8.1 other is not written yet");
    const Verdict shape =
        verdict_on([](const Tensor<1>& x) { return std::pair<Tensor<1>, Tensor<1>>(x * 2, zeros<1>({x.size() + 1})); });
    CHECK(shape.stage == "shape");
    CHECK(shape.what == Lines{"Tried on one number:", "z has shape (2); it must be (N) = (1).",
                              "Axis 0 must be N = 1, but it is 2."});
    const Verdict empty =
        verdict_on([](const Tensor<1>& x) { return std::pair<Tensor<1>, Tensor<1>>(x * 2, zeros<1>({0})); });
    CHECK(empty.what[2] == "It is empty: nothing was put into it.");
    const Verdict infinite =
        verdict_on([](const Tensor<1>& x) { return std::pair<Tensor<1>, Tensor<1>>(x * 2, Tensor<1>(x / 0.0)); });
    CHECK(infinite.stage == "finite");
    CHECK(infinite.what[1] == "z is not finite at N=0: got infinity, wanted 4.");
}

TEST_CASE("a tensor with numbers that were never set is told as such") {
#if defined(__GLIBC__) && defined(VIT_FRESH_MEMORY_IS_NAN)
    const Verdict unset = verdict_on([](const Tensor<1>& x) {
        return std::pair<Tensor<1>, Tensor<1>>(uninitialised<1>(x.shape()) + x, Tensor<1>(x + 1));
    });
    CHECK(unset.stage == "finite");
    CHECK(unset.what[1] == "y is not finite at N=0: got NaN, wanted 6.");
    CHECK(unset.mistakes == Lines{"never set"});
    CHECK(unset.sentences[0].substr(0, 34) == "y was never set there, or made fro");
#endif
}

TEST_CASE("a promise that is broken is told in words, then the numbers") {
    const Verdict verdict =
        verdict_on([](const Tensor<1>& x) { return std::pair<Tensor<1>, Tensor<1>>(x * 2, zeros_like(x)); });
    CHECK(verdict.stage == "promise");
    CHECK(verdict.what[1] == "This must hold, and does not: z is never 0.");
    CHECK(verdict.sentences == Lines{"z is 0 everywhere: nothing was written into it, or every number came out as 0 (1 "
                                     "/ n in whole numbers is 0)."});
}

TEST_CASE("a promise that no trial can break is not said to be kept") {
    Task with_more = task();
    with_more.promises.push_back({"far from 0 it is flat", [](const Outputs& made) {
                                      return made[0].numbers.values.size() != 100 || made[0].numbers.values[99] == 1;
                                  }});
    const Trial<Function> first = try_on("", {3}), second = try_on("", {1, 2, 4, 8.5});
    const Verdict verdict =
        judge(with_more, [&](std::size_t trial) { return (trial == 0 ? first : second).run(with(3, 1)); });
    CHECK(verdict.right == Lines{"z", "all shapes", "z is never 0"});
}

TEST_CASE("the trial that runs is known, for a crash in it") {
    std::string running;
    const Trial<Function> only = try_on("", {3});
    judge(task(), [&](std::size_t trial) {
        if (trial == 1 && running.empty()) running = running_trial();
        return only.run(with(2, 1));
    });
    CHECK(running == "four numbers");
    CHECK(running_trial() == "");
}

TEST_CASE("a verdict is a screen of text, no line longer than 100 characters") {
    const std::string screen = to_string(task(), verdict_on(with(3, 1)));
    CHECK(screen.substr(0, 28) == "9.1 example: not right yet\n\n");
    CHECK(screen.find("Your result equals three times x. (Made before: somebody/something#1.)\n") != std::string::npos);
    for (std::size_t begin = 0, end; (end = screen.find('\n', begin)) != std::string::npos; begin = end + 1)
        CHECK(end - begin <= 100);
}

TEST_CASE("trials with other outputs are refused") {
    Exercise<std::function<int()>> exercise{
        .name = "9.2 other", .reference = [] { return 1; }, .trials = {}, .wrong_answers = {}};
    exercise.trials.push_back({.inputs = "", .run = [](const auto& f) -> Outputs { return {output("y", f())}; }});
    exercise.trials.push_back({.inputs = "", .run = [](const auto&) -> Outputs { return {}; }});
    CHECK_THROWS_WITH_AS(task_of(exercise), "9.2 other: all trials must have the same outputs", std::logic_error);
}

}  // namespace vit
