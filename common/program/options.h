// Options: the named values of a configuration, in one list.
//
// A struct's fields are listed once, by name; the command line, --help, a checkpoint's metadata and config.json all
// read that list, so that a field cannot be known to one of them and not to another.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace vit {

/// One value: its name, what it means, and how it is read and written as text.
struct Option {
    std::string name;                  // "patch_size"; on the command line --patch-size
    std::string help;                  // one line
    std::vector<std::string> choices;  // the words it may be; empty: any value of its kind
    std::function<std::string()> text;
    std::function<void(const std::string&)> read;  // throws std::invalid_argument: "'abc' is not a number"
};

using Options = std::vector<Option>;

/// What a whole number may be, both ends included. The default is for sizes and counts: who asks for more than a
/// thousand million of anything has mistyped.
struct Range {
    std::size_t least = 0;
    std::size_t most = 1'000'000'000;
};

/// Any 64 bits, for a seed.
constexpr Range any_number = {0, std::numeric_limits<std::size_t>::max()};

/// The option that reads and writes this variable, which must live as long as the option. A double is finite.
Option option(std::string name, std::size_t& value, std::string help, Range range = {});
Option option(std::string name, double& value, std::string help);
Option option(std::string name, std::string& value, std::string help);
/// Several numbers, with a blank between two. None: an empty text.
Option option(std::string name, std::vector<double>& value, std::string help);
/// A yes or no: true or false, also 1 or 0.
Option option(std::string name, bool& value, std::string help);

/// One of several words, as the number of the word.
Option choice(std::string name, std::vector<std::string> words, std::function<std::size_t()> get,
              std::function<void(std::size_t)> set, std::string help);

/// An enum whose values are 0, 1, 2, ..., in the order of the words.
template <class Enum>
Option choice(std::string name, std::vector<std::string> words, Enum& value, std::string help) {
    return choice(
        std::move(name), std::move(words), [&value] { return static_cast<std::size_t>(value); },
        [&value](std::size_t number) { value = static_cast<Enum>(number); }, std::move(help));
}

/// All values by name, as text.
std::map<std::string, std::string> to_text(const Options& options);

/// Sets every option from the text of its name. Texts of other names are ignored. Throws std::runtime_error
/// "SOURCE: patch_size: ..." if a text is missing or cannot be read.
void read_text(const Options& options, const std::map<std::string, std::string>& texts, const std::string& source);

/// Sets those options for whose names there is a text. Throws as read_text does, and if a text is of no option.
void read_some(const Options& options, const std::map<std::string, std::string>& texts, const std::string& source);

}  // namespace vit
