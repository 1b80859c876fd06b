// What every program of the project does alike: the command line, --help, and one place that catches errors.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/program/options.h"

namespace vit {

/// The options of a program: option "patch_size" is --patch-size on the command line. Each writes to the variable it is
/// given, whose value before is the default that --help shows. Call parse() after the last one.
class CommandLine {
public:
    CommandLine(int argc, char** argv, const std::string& description);
    ~CommandLine();

    CommandLine& add(const Option& option);
    /// All options of a list but those whose names are in `except`.
    CommandLine& add(const Options& options, const std::vector<std::string>& except = {});
    /// An option for a variable: std::size_t, double, bool or std::string.
    template <class Value>
    CommandLine& option(std::string name, Value& value, std::string help) {
        return add(vit::option(std::move(name), value, std::move(help)));
    }
    CommandLine& option(std::string name, std::size_t& value, std::string help, Range range) {
        return add(vit::option(std::move(name), value, std::move(help), range));
    }
    /// A size: a whole number of at least 1.
    CommandLine& size(std::string name, std::size_t& value, std::string help) {
        return option(std::move(name), value, std::move(help), {.least = 1});
    }
    /// A switch without a value: false until it is given.
    CommandLine& flag(const std::string& name, bool& value, const std::string& help);
    /// An option with one word or more, such as files.
    CommandLine& files(const std::string& name, std::vector<std::string>& value, const std::string& help);
    /// --image-size HEIGHTxWIDTH, or one number for a square. Sizes of 0 before have no default to show.
    CommandLine& image_size(std::size_t& height, std::size_t& width,
                            const std::string& help = "height and width of an image in pixels",
                            const std::string& name = "image_size");
    /// An option that decides the defaults of others: its variable has its value at once. Throws as parse() does.
    CommandLine& read_first(const Option& option);

    /// Reads the command line. Throws std::invalid_argument on anything that is not understood: unknown options, words
    /// that belong to no option, values that their option cannot read.
    void parse();

    /// After parse(): was any option given, or this one?
    bool any_given() const;
    bool given(const std::string& name) const;
    /// After parse(): throws std::invalid_argument if an option is given that is not in `allowed`: "--top needs
    /// --weights FILE" for the second text; without one, that it does not go together with the first.
    void require_only(const std::vector<std::string>& allowed, const std::string& otherwise = "") const;
    /// After parse(): throws std::invalid_argument if one of these is given: "--count needs --classify FILE".
    void refuse(const std::vector<std::string>& names, const std::string& because) const;

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// What went wrong in a program that went on with the rest. Thrown at its end. Not a std::exception, which is one
/// error.
struct Errors {
    std::vector<std::string> messages;
};

/// Runs the body of a program. Returns what main returns: 0, or 1 after an error, which is printed to stderr as one
/// line "name: message"; of Errors each is. That the output cannot be written is an error, too.
int run_program(int argc, char** argv, const std::string& description, const std::function<void(CommandLine&)>& body);

}  // namespace vit
