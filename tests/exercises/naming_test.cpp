#include "tests/exercises/naming.h"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Lines = std::vector<std::string>;

/// Three numbers made of one: right are x + 1, x + 2 and x + 3.
using Function = std::function<std::vector<double>(double)>;

Function adds(double a, double b, double c) {
    return [=](double x) { return std::vector<double>{x + a, x + b, x + c}; };
}

Trial<Function> try_on(double x, const std::string& third) {
    return {.inputs = "x = " + std::to_string(int(x)), .run = [x, third](const Function& f) -> Outputs {
                const std::vector<double> made = f(x);
                return {output("a", made[0]), output("b", made[1]), output(third, made[2])};
            }};
}

/// What is said of `mine` if `wrong` is known as "W".
Lines said(const Function& mine, const Function& wrong, bool judges_code = false, const std::string& third = "c") {
    Exercise<Function> exercise{.name = "9.1 three",
                                .reference = adds(1, 2, 3),
                                .trials = {try_on(10, third), try_on(20, third)},
                                .wrong_answers = {{"wrong", "that of W.", "", wrong}}};
    for (Trial<Function>& trial : exercise.trials) trial.judges_code = judges_code;
    return judge(task_of(exercise), [&](std::size_t trial) { return exercise.trials[trial].run(mine); }).sentences;
}

const double infinity = std::numeric_limits<double>::infinity();

/// Another function from x = 20 on.
Function from_20(const Function& before, const Function& then) {
    return [=](double x) { return x < 20 ? before(x) : then(x); };
}

std::vector<double> throws(double) {
    throw std::runtime_error("no");
}

}  // namespace

TEST_CASE("infinity equals no finite number, and what is only infinite, 0 or the same everywhere may be a mistake") {
    CHECK(said(adds(1, 2, 7), adds(1, 2, infinity)) == Lines{});
    CHECK(said(adds(1, 2, infinity), adds(1, 2, infinity)) == Lines{"Your result may be that of W."});
    const Function zero = [](double x) { return std::vector<double>{x + 1, x + 2, 0}; };
    CHECK(said(zero, zero) == Lines{"Your result may be that of W."});
    CHECK(said(adds(1, 2, 7), adds(1, 2, 7)) == Lines{"Your result equals that of W."});
}

TEST_CASE("a known answer that is wrong where the reader is right is not what the reader did") {
    CHECK(said(adds(1, 5, 7), adds(1, 9, 7)) == Lines{"Your c equals that of W."});
    CHECK(said(adds(1, 2, 7), adds(9, 2, 7)) == Lines{});
    CHECK(said(adds(1, 5, 7), from_20(adds(1, 2, 7), adds(9, 2, 7))) == Lines{});
}

TEST_CASE("a trial that throws does not hide what the others tell") {
    CHECK(said(from_20(adds(1, 6, 7), throws), adds(1, 6, 7)) ==
          Lines{"Where it does not throw, your result equals that of W."});
    CHECK(said(from_20(adds(1, 2, 3), throws), adds(1, 2, 3)) == Lines{});
    CHECK(said(adds(1, 6, 7), from_20(adds(1, 6, 7), throws)) == Lines{});
}

TEST_CASE("outputs with the same mistake are told in one sentence, with the trial if another one is shown") {
    CHECK(said(adds(4, 6, 7), adds(1, 6, 7)) == Lines{"Your b and c equal that of W."});
    CHECK(said(from_20(adds(1, 6, 3), adds(1, 6, 7)), from_20(adds(1, 2, 3), adds(1, 2, 7))) ==
          Lines{"Tried on x = 20, your c equals that of W."});
}

TEST_CASE("a share that a trial counted names no mistake") {
    CHECK(said(adds(1, 5, 7), adds(1, 2, 7), false, "share of x (in tenths)") == Lines{});
}

TEST_CASE("of a test it is said which code it lets through") {
    CHECK(said(adds(1, 2, 7), adds(1, 2, 7), true) == Lines{"Your test accepts and refuses the same code as W."});
}

}  // namespace vit
