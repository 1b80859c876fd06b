#include "common/program/options.h"

#include "tests/testing.h"

namespace vit {
namespace {

enum class Colour { red, green };

/// The error of reading this text into a fresh option of each kind.
template <class Value>
std::string error_for(Value value, const std::string& text) {
    return error_of<std::invalid_argument>([&] { option("name", value, "").read(text); });
}

}  // namespace

TEST_CASE("every kind of option writes what it reads") {
    std::size_t count = 3;
    double rate = 1e-3;
    std::string name = "a b";
    bool yes = true;
    Colour colour = Colour::red;
    const Options options{option("count", count, ""), option("rate", rate, ""), option("name", name, ""),
                          option("yes", yes, ""), choice("colour", {"red", "green"}, colour, "")};
    const std::map<std::string, std::string> before{
        {"count", "3"}, {"rate", "0.001"}, {"name", "a b"}, {"yes", "true"}, {"colour", "red"}};
    CHECK(to_text(options) == before);
    const std::map<std::string, std::string> after{
        {"count", "40"}, {"rate", "0.1"}, {"name", ""}, {"yes", "false"}, {"colour", "green"}};
    read_text(options, after, "here");
    CHECK(to_text(options) == after);
    CHECK(count == 40);
    CHECK(rate == 0.1);
    CHECK_FALSE(yes);
    CHECK(colour == Colour::green);
}

TEST_CASE("true and false may be 1 and 0") {
    bool yes = false;
    option("yes", yes, "").read("1");
    CHECK(yes);
    option("yes", yes, "").read("0");
    CHECK_FALSE(yes);
}

TEST_CASE("a list of numbers is read as a whole, or not at all") {
    std::vector<double> mean{0.5, 0.25, 1};
    const Option list = option("mean", mean, "");
    CHECK(list.text() == "0.5 0.25 1");
    list.read("0.1  -3");
    CHECK(mean == std::vector<double>{0.1, -3});
    CHECK(error_of<std::invalid_argument>([&] { list.read("4 5,6"); }) == "'5,6' is not a number");
    CHECK(mean == std::vector<double>{0.1, -3});
    list.read("");
    CHECK(mean.empty());
}

TEST_CASE("a text that cannot be read is refused and changes nothing") {
    for (const std::string text : {"", "abc", "-1", "1.5", "1 ", "1000000001", "99999999999999999999999"}) {
        CHECK(error_for(std::size_t(3), text) == "'" + text + "' is not a whole number from 0 to 1000000000");
    }
    for (const std::string text : {"", "fast", "nan", "-inf", "1e999", "1e3x"})
        CHECK(error_for(0.5, text) == "'" + text + "' is not a number");
    CHECK(error_for(std::string("x"), {"a\0b", 3}) == "'a\\x00b' is no name: it has a byte 0 in it");
    CHECK(error_for(true, "maybe") == "'maybe' is not true or false");

    std::size_t size = 7;
    for (const std::string text : {"1", "4x5", "9", "18446744073709551615", "18446744073709551616"}) {
        CHECK_THROWS_WITH_AS(option("size", size, "", {2, 8}).read(text),
                             ("'" + text + "' is not a whole number from 2 to 8").c_str(), std::invalid_argument);
    }
    CHECK(size == 7);
    Colour colour = Colour::green;
    CHECK(error_of<std::invalid_argument>([&] {
              choice("colour", {"red", "green"}, colour, "").read("blue");
          }) == "'blue' is none of red, green");
    CHECK(colour == Colour::green);
}

TEST_CASE("a number may be as large as its range") {
    std::size_t size = 0, seed = 0;
    option("size", size, "").read("1000000000");
    CHECK(size == 1000000000);
    option("seed", seed, "", any_number).read("18446744073709551615");
    CHECK(seed == 18446744073709551615u);
}

TEST_CASE("a list says which option is missing or wrong, and where") {
    std::size_t count = 3;
    const Options options{option("count", count, "")};
    CHECK(error_of<std::runtime_error>([&] { read_text(options, {}, "config.json"); }) ==
          "config.json: count is missing");
    CHECK(error_of<std::runtime_error>([&] {
              read_text(options, {{"count", "x"}}, "config.json");
          }) == "config.json: count: 'x' is not a whole number from 0 to 1000000000");
    read_text(options, {{"count", "5"}, {"other", "x"}}, "config.json");
    CHECK(count == 5);
}

TEST_CASE("of some options the others stay, and each must be there") {
    std::size_t count = 3;
    double rate = 0.5;
    const Options options{option("count", count, ""), option("rate", rate, "")};
    read_some(options, {}, "config.json");
    read_some(options, {{"rate", "0.25"}}, "config.json");
    CHECK(count == 3);
    CHECK(rate == 0.25);
    CHECK(error_of<std::runtime_error>([&] {
              read_some(options, {{"count", "4"}, {"dep\x1bht", "3"}}, "config.json");
          }) == "config.json: there is no option dep\\x1bht");
    CHECK(error_of<std::runtime_error>([&] {
              read_some(options, {{"rate", "fast"}}, "config.json");
          }) == "config.json: rate: 'fast' is not a number");
}

}  // namespace vit
