#include "common/program/program.h"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <system_error>

#include "common/program/memory.h"
#include "common/program/printable.h"

namespace vit {
namespace {

/// Thrown by parse() after --help. Not a std::exception: a program's own catch must not take it for an error.
struct HelpAsked {
    std::string text;
};

std::string program_name(int argc, char** argv) {
    return argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "program";
}

/// patch_size -> --patch-size
std::string dashed(const std::string& name) {
    std::string words = "--" + name;
    std::replace(words.begin(), words.end(), '_', '-');
    return words;
}

void add_to(CLI::App& app, const Option& option) {
    const std::string name = dashed(option.name), choices = fmt::format("{}", fmt::join(option.choices, ", "));
    std::string help = choices.empty() ? option.help : fmt::format("{}: {}", option.help, choices);
    if (!option.text().empty()) help += fmt::format(" (default: {})", option.text());
    const auto read = [name, option](const std::string& text) {
        try {
            option.read(text);
        } catch (const std::invalid_argument& error) {
            throw std::invalid_argument(fmt::format("{}: {}", name, error.what()));
        }
        if (text.empty()) throw std::invalid_argument(name + ": the value is missing");  // --resume "$UNSET"
    };
    app.add_option_function<std::string>(name, read, help)
        ->type_name("")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

/// Lets the options of `app` read the command line; throws what parse() promises.
void parse_with(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        throw HelpAsked{app.help()};
    } catch (const CLI::ArgumentMismatch& error) {
        const std::string message = error.what();  // "--heads: 1 required ... missing" or "quiet was given a ..."
        if (message.starts_with("--"))
            throw std::invalid_argument(message.substr(0, message.find(':')) + ": the value is missing");
        throw std::invalid_argument("--" + message.substr(0, message.find(' ')) + ": it takes no value");
    }
}

/// A stream that the caller has closed would be the next file that is opened: what the program prints would go into
/// that file. In its place comes a stream that cannot be written to, so that the program finds out.
void occupy_closed_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) < 0) open("/dev/null", O_RDONLY);  // takes the lowest number that is free
    }
}

}  // namespace

struct CommandLine::Implementation {
    Implementation(int count, char** words, const std::string& description)
        : argc(count), argv(words), app(description, program_name(count, words)) {}

    int argc;
    char** argv;
    CLI::App app;
};

CommandLine::CommandLine(int argc, char** argv, const std::string& description)
    : implementation_(std::make_unique<Implementation>(argc, argv, description)) {
    implementation_->app.allow_extras();  // parse() has a clearer message for them
    implementation_->app.get_formatter()->column_width(32);
}

CommandLine::~CommandLine() = default;

CommandLine& CommandLine::add(const Option& option) {
    add_to(implementation_->app, option);
    return *this;
}

CommandLine& CommandLine::add(const Options& options, const std::vector<std::string>& except) {
    for (const Option& option : options) {
        if (std::find(except.begin(), except.end(), option.name) == except.end()) add(option);
    }
    return *this;
}

CommandLine& CommandLine::flag(const std::string& name, bool& value, const std::string& help) {
    implementation_->app.add_flag(dashed(name), value, help)->disable_flag_override();
    return *this;
}

CommandLine& CommandLine::files(const std::string& name, std::vector<std::string>& value, const std::string& help) {
    implementation_->app.add_option(dashed(name), value, help)->type_name("FILE...");
    return *this;
}

CommandLine& CommandLine::image_size(std::size_t& height, std::size_t& width, const std::string& help,
                                     const std::string& name) {
    const auto text = [&height, &width] {
        if (height == 0) return std::string();
        return height == width ? fmt::to_string(height) : fmt::format("{}x{}", height, width);
    };
    const auto read = [&height, &width](const std::string& size) {
        constexpr Range side = {1, 65535};
        const std::size_t cross = size.find('x');  // npos: one number for both sides
        std::size_t first = 0, second = 0;
        try {
            vit::option("height", first, "", side).read(size.substr(0, cross));
            vit::option("width", second, "", side).read(cross == std::string::npos ? size : size.substr(cross + 1));
        } catch (const std::invalid_argument&) {
            throw std::invalid_argument(
                fmt::format("'{}' is not a size such as 224 or 192x256, with sides from {} to {}", printable(size),
                            side.least, side.most));
        }
        height = first;
        width = second;
    };
    return add({name, help, {}, text, read});
}

CommandLine& CommandLine::read_first(const Option& option) {
    add(option);
    CLI::App alone;
    alone.set_help_flag();  // --help is left for parse(), as is every other option
    alone.allow_extras();
    add_to(alone, option);
    parse_with(alone, implementation_->argc, implementation_->argv);
    return *this;
}

void CommandLine::parse() {
    CLI::App& app = implementation_->app;
    parse_with(app, implementation_->argc, implementation_->argv);
    const std::vector<std::string> unknown = app.remaining();
    if (unknown.empty()) return;
    const std::string& word = unknown.front();
    if (word.size() > 1 && word.starts_with('-')) {
        throw std::invalid_argument(
            fmt::format("there is no option {} (see --help)", printable(word.substr(0, word.find('=')))));
    }
    throw std::invalid_argument(fmt::format("'{}' belongs to no option (see --help)", printable(word)));
}

bool CommandLine::any_given() const {
    return implementation_->argc > 1;
}

bool CommandLine::given(const std::string& name) const {
    return implementation_->app.get_option(dashed(name))->count() > 0;
}

void CommandLine::require_only(const std::vector<std::string>& allowed, const std::string& otherwise) const {
    std::vector<std::string> names;
    for (const std::string& name : allowed) names.push_back(dashed(name));
    for (const CLI::Option* option : implementation_->app.get_options()) {
        if (option->count() == 0 || std::find(names.begin(), names.end(), option->get_name()) != names.end()) continue;
        throw std::invalid_argument(
            fmt::format("{} {}", option->get_name(),
                        otherwise.empty() ? "cannot be given together with " + names.front() : otherwise));
    }
}

void CommandLine::refuse(const std::vector<std::string>& names, const std::string& because) const {
    for (const std::string& name : names)
        if (given(name)) throw std::invalid_argument(fmt::format("{} {}", dashed(name), because));
}

int run_program(int argc, char** argv, const std::string& description, const std::function<void(CommandLine&)>& body) {
    occupy_closed_streams();
    keep_freed_memory();
    limit_memory();
    std::vector<std::string> errors;
    std::error_code reason;
    try {
        CommandLine line(argc, argv, description);
        body(line);
    } catch (const HelpAsked& help) {
        std::fputs(help.text.c_str(), stdout);
    } catch (const Errors& several) {
        errors = several.messages;
    } catch (const std::bad_alloc&) {
        errors = {"there is not enough memory for these sizes"};
    } catch (const std::system_error& exception) {  // fmt's, where stdout cannot be written
        errors = {exception.what()};
        reason = exception.code();
    } catch (const std::exception& exception) {
        errors = {exception.what()};
    }
    // What was printed before an error stands before it. A full disk behind stdout may show only here; where it has
    // shown before, the error is fmt's, which does not say what could not be written.
    const bool failed_before = std::ferror(stdout) != 0;
    if (failed_before || (std::fflush(stdout) != 0 && errors.empty())) {
        if (!reason) reason = {errno, std::generic_category()};
        errors = {"the output cannot be written: " + reason.message()};
    }
    // Not by fmt::print, which throws where stderr cannot be written either. The code tells of the error all the same.
    for (const std::string& error : errors)
        std::fputs(fmt::format("{}: {}\n", program_name(argc, argv), printable(error, std::string::npos)).c_str(),
                   stderr);
    return errors.empty() ? 0 : 1;
}

}  // namespace vit
