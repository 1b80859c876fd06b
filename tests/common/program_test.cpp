#include "common/program/program.h"

#include <fmt/core.h>
#include <unistd.h>

#include "common/files/files.h"
#include "tests/common/redirected.h"
#include "tests/testing.h"

namespace vit {
namespace {

enum class Kind { digits, mnist };

struct Values {
    std::size_t heads = 8, height = 32, width = 48;
    double rate = 1e-3;
    Kind data = Kind::digits;
    std::string out;
    bool quiet = false;
};

struct Outcome {
    int code;
    std::string out, err;
    Values values;
};

/// Runs a program with these words behind its name; `then` is what it does after it has read them.
Outcome run(
    std::vector<std::string> words, const std::function<void()>& then = [] {}) {
    std::string name = "some/where/03_attention";
    std::vector<char*> arguments{name.data()};
    for (std::string& word : words) arguments.push_back(word.data());
    const TemporaryFolder folder;
    Outcome outcome{};
    Values& v = outcome.values;
    {
        const Redirected out(STDOUT_FILENO, folder.file("out")), err(STDERR_FILENO, folder.file("err"));
        outcome.code =
            run_program(static_cast<int>(arguments.size()), arguments.data(), "What it does.", [&](CommandLine& line) {
                line.option("heads", v.heads, "A, number of heads")
                    .option("learning_rate", v.rate, "peak of the schedule")
                    .option("out", v.out, "where the result is saved")
                    .add(choice("data", {"digits", "mnist"}, v.data, "the data set"))
                    .flag("quiet", v.quiet, "print less")
                    .image_size(v.height, v.width)
                    .parse();
                then();
            });
    }
    outcome.out = read_file(folder.file("out"));
    outcome.err = read_file(folder.file("err"));
    return outcome;
}

std::string error_line(const std::vector<std::string>& words) {
    const Outcome outcome = run(words);
    CHECK(outcome.code == 1);
    CHECK(outcome.out == "");
    return outcome.err;
}

}  // namespace

TEST_CASE("options reach their variables, the others keep their defaults") {
    const Outcome none = run({});
    CHECK(none.code == 0);
    CHECK(none.err == "");
    CHECK(none.values.heads == 8);
    CHECK(none.values.width == 48);
    CHECK_FALSE(none.values.quiet);

    const Outcome all = run({"--heads", "3", "--learning-rate=2.5e-4", "--out", "a b.png", "--data", "mnist", "--quiet",
                             "--image-size", "192x256"});
    CHECK(all.code == 0);
    CHECK(all.err == "");
    CHECK(all.values.heads == 3);
    CHECK(all.values.rate == 2.5e-4);
    CHECK(all.values.out == "a b.png");
    CHECK(all.values.data == Kind::mnist);
    CHECK(all.values.quiet);
    CHECK(all.values.height == 192);
    CHECK(all.values.width == 256);

    const Values repeated = run({"--image-size=224", "--heads", "2", "--heads", "0"}).values;
    CHECK(repeated.height == 224);
    CHECK(repeated.width == 224);
    CHECK(repeated.heads == 0);
    CHECK(run({"--learning-rate", "-0.5"}).values.rate == -0.5);
}

TEST_CASE("a command line that is not understood gives one line on stderr and the code 1") {
    const std::string heads = "03_attention: --heads: ";
    CHECK(error_line({"--heads", "abc"}) == heads + "'abc' is not a whole number from 0 to 1000000000\n");
    CHECK(error_line({"--heads", "-3"}) == heads + "'-3' is not a whole number from 0 to 1000000000\n");
    CHECK(error_line({"--heads=-3"}) == heads + "'-3' is not a whole number from 0 to 1000000000\n");
    CHECK(error_line({"--heads", "3.5"}) == heads + "'3.5' is not a whole number from 0 to 1000000000\n");
    CHECK(error_line({"--heads", "99999999999999999999"}) ==
          heads + "'99999999999999999999' is not a whole number from 0 to 1000000000\n");
    CHECK(error_line({"--heads"}) == heads + "the value is missing\n");
    CHECK(error_line({"--out", ""}) == "03_attention: --out: the value is missing\n");
    CHECK(error_line({"--learning-rate", "1e"}) == "03_attention: --learning-rate: '1e' is not a number\n");
    CHECK(error_line({"--learning-rate", "nan"}) == "03_attention: --learning-rate: 'nan' is not a number\n");
    CHECK(error_line({"--data", "cifar"}) == "03_attention: --data: 'cifar' is none of digits, mnist\n");
    CHECK(error_line({"--foo"}) == "03_attention: there is no option --foo (see --help)\n");
    CHECK(error_line({"--foo=3", "4"}) == "03_attention: there is no option --foo (see --help)\n");
    CHECK(error_line({"-x"}) == "03_attention: there is no option -x (see --help)\n");
    CHECK(error_line({"heads"}) == "03_attention: 'heads' belongs to no option (see --help)\n");
    for (const char* size : {"", "x", "32x", "x32", "-3", "3x4x5", "big", "0x8", "65536", "8x18446744073709551615"}) {
        CHECK(error_line({"--image-size", size}) ==
              fmt::format(
                  "03_attention: --image-size: '{}' is not a size such as 224 or 192x256, with sides from 1 to 65535\n",
                  size));
    }
}

TEST_CASE("--help prints the description and every option with its default, and runs nothing") {
    const Outcome help = run({"--help"}, [] { throw std::runtime_error("the program ran"); });
    CHECK(help.code == 0);
    CHECK(help.err == "");
    CHECK(help.out.starts_with("What it does.\n"));
    for (const char* text :
         {"--heads ", "A, number of heads (default: 8)", "--learning-rate ", "peak of the schedule (default: 0.001)",
          "the data set: digits, mnist (default: digits)", "--quiet ", "print less\n", "--image-size ",
          "(default: 32x48)", "where the result is saved\n"}) {
        CAPTURE(help.out);
        CHECK(help.out.find(text) != std::string::npos);
    }
}

TEST_CASE("what cannot be read is one line, whatever is in it") {
    CHECK(error_line({"--heads", "1\n2\033[31m\xff"}) ==
          "03_attention: --heads: '1\\x0a2\\x1b[31m\\xff' is not a whole number from 0 to 1000000000\n");
    CHECK(error_line({"--a\nb"}) == "03_attention: there is no option --a\\x0ab (see --help)\n");
    CHECK(error_line({"--quiet=maybe"}) == "03_attention: --quiet: it takes no value\n");
    const auto error = [](std::string word) {
        std::string name = "program";
        char* words[] = {name.data(), word.data()};
        return error_of<std::invalid_argument>([&] { CommandLine(2, words, "").parse(); });
    };
    CHECK(error("\x08") == "'\\x08' belongs to no option (see --help)");
    CHECK(error("--\xff=3") == "there is no option --\\xff (see --help)");
}

TEST_CASE("an error in a program goes to stderr behind the program's name, after what was printed before") {
    const Outcome outcome = run({}, [] {
        fmt::print("step 1\n");
        throw std::invalid_argument("patchify: image height 30 is not a multiple of patch size 4");
    });
    CHECK(outcome.code == 1);
    CHECK(outcome.out == "step 1\n");
    CHECK(outcome.err == "03_attention: patchify: image height 30 is not a multiple of patch size 4\n");
}

TEST_CASE("several errors are a line each, after what was printed before") {
    const Outcome outcome = run({}, [] {
        fmt::print("b.png: a cat\n");
        throw Errors{{"a.png: cut off", "c\n.png: no picture"}};
    });
    CHECK(outcome.code == 1);
    CHECK(outcome.out == "b.png: a cat\n");
    CHECK(outcome.err == "03_attention: a.png: cut off\n03_attention: c\\x0a.png: no picture\n");
}

TEST_CASE("an option that decides the defaults of others is read before them") {
    std::string name = "program", other = "--depth=x", flag = "--config", value = "a.json", joined = "--config=b.json";
    char* words[] = {name.data(), other.data(), flag.data(), value.data(), joined.data()};
    for (const auto& [count, expected] : {std::pair{1, "none"}, {2, "none"}, {4, "a.json"}, {5, "b.json"}}) {
        std::string config = "none";
        CommandLine line(count, words, "");
        line.read_first(option("config", config, ""));
        CHECK(config == expected);  // the last one counts
        CHECK(line.any_given() == (count > 1));
    }
    std::string config = "none";
    CommandLine line(3, words, "");
    CHECK_THROWS_WITH_AS(line.read_first(option("config", config, "")), "--config: the value is missing",
                         std::invalid_argument);
}

TEST_CASE("options that exclude the others are held to it") {
    std::string name = "program", seed = "--seed=3", resume = "--resume-from=x";
    char* words[] = {name.data(), resume.data(), seed.data()};
    std::size_t seed_value = 1;
    std::string resume_value;
    CommandLine both(3, words, ""), alone(2, words, "");
    for (CommandLine* line : {&both, &alone}) {
        line->option("seed", seed_value, "").option("resume_from", resume_value, "").parse();
    }
    CHECK(error_of<std::invalid_argument>([&] { both.require_only({"resume_from"}); }) ==
          "--seed cannot be given together with --resume-from");
    CHECK(error_of<std::invalid_argument>([&] { both.require_only({"resume_from"}, "needs --data"); }) ==
          "--seed needs --data");
    CHECK(error_of<std::invalid_argument>([&] { both.require_only({"resume_from", "seed"}); }) == "no error");
    CHECK(error_of<std::invalid_argument>([&] { both.refuse({"seed"}, "needs --epochs"); }) == "--seed needs --epochs");
    CHECK(error_of<std::invalid_argument>([&] { alone.refuse({"seed"}, "needs --epochs"); }) == "no error");
    CHECK(both.given("seed"));
    CHECK_FALSE(alone.given("seed"));
    CHECK(error_of<std::invalid_argument>([&] { alone.require_only({"resume_from"}); }) == "no error");
}

}  // namespace vit
