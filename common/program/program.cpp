#include "common/program/program.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>

#include "common/program/memory.h"

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

}  // namespace

struct CommandLine::Implementation {
    int argc;
    char** argv;
    CLI::App app;
};

CommandLine::CommandLine(int argc, char** argv, const std::string& description)
    : implementation_(new Implementation{argc, argv, CLI::App(description, program_name(argc, argv))}) {
    implementation_->app.allow_extras();  // parse() has a clearer message for them
    implementation_->app.get_formatter()->column_width(32);
}

CommandLine::~CommandLine() = default;

CommandLine& CommandLine::add(Option option) {
    const std::string name = dashed(option.name), choices = fmt::format("{}", fmt::join(option.choices, ", "));
    std::string help = choices.empty() ? option.help : fmt::format("{}: {}", option.help, choices);
    if (!option.text().empty()) help += fmt::format(" (default: {})", option.text());
    const auto read = [name, option](const std::string& text) {
        try {
            option.read(text);
        } catch (const std::invalid_argument& error) {
            throw std::invalid_argument(fmt::format("{}: {}", name, error.what()));
        }
    };
    implementation_->app.add_option_function<std::string>(name, read, help)
        ->type_name("")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return *this;
}

CommandLine& CommandLine::add(const Options& options, const std::vector<std::string>& except) {
    for (const Option& option : options) {
        if (std::find(except.begin(), except.end(), option.name) == except.end()) add(option);
    }
    return *this;
}

CommandLine& CommandLine::flag(const std::string& name, bool& value, const std::string& help) {
    implementation_->app.add_flag(dashed(name), value, help);
    return *this;
}

CommandLine& CommandLine::image_size(std::size_t& height, std::size_t& width) {
    const auto text = [&height, &width] {
        return height == width ? fmt::to_string(height) : fmt::format("{}x{}", height, width);
    };
    const auto read = [&height, &width](const std::string& size) {
        const std::size_t cross = size.find('x');  // npos: one number for both sides
        std::size_t first = 0, second = 0;
        try {
            vit::option("height", first, "").read(size.substr(0, cross));
            vit::option("width", second, "").read(cross == std::string::npos ? size : size.substr(cross + 1));
        } catch (const std::invalid_argument&) {
        }
        if (first == 0 || second == 0)
            throw std::invalid_argument(fmt::format("'{}' is not a size such as 224 or 192x256", size));
        height = first;
        width = second;
    };
    return add({"image_size", "height and width of an image in pixels", {}, text, read});
}

void CommandLine::parse() {
    CLI::App& app = implementation_->app;
    try {
        app.parse(implementation_->argc, implementation_->argv);
    } catch (const CLI::CallForHelp&) {
        throw HelpAsked{app.help()};
    } catch (const CLI::ArgumentMismatch& error) {
        const std::string message = error.what();  // "--heads: 1 required COUNT missing"
        throw std::invalid_argument(message.substr(0, message.find(':')) + ": the value is missing");
    }
    const std::vector<std::string> unknown = app.remaining();
    if (unknown.empty()) return;
    const std::string& word = unknown.front();
    if (word.size() > 1 && word.starts_with('-')) {
        throw std::invalid_argument(fmt::format("there is no option {} (see --help)", word.substr(0, word.find('='))));
    }
    throw std::invalid_argument(fmt::format("'{}' belongs to no option (see --help)", word));
}

std::string CommandLine::value_of(const std::string& name, const std::string& otherwise) const {
    const std::vector<std::string> words(implementation_->argv + 1, implementation_->argv + implementation_->argc);
    std::string value = otherwise;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == dashed(name) && i + 1 < words.size()) value = words[i + 1];
        if (words[i].starts_with(dashed(name) + "=")) value = words[i].substr(dashed(name).size() + 1);
    }
    return value;
}

bool CommandLine::any_given() const {
    return implementation_->argc > 1;
}

void CommandLine::require_only(const std::vector<std::string>& allowed) const {
    std::vector<std::string> names;
    for (const std::string& name : allowed) names.push_back(dashed(name));
    for (const CLI::Option* option : implementation_->app.get_options()) {
        if (option->count() == 0 || std::find(names.begin(), names.end(), option->get_name()) != names.end()) continue;
        throw std::invalid_argument(
            fmt::format("{} cannot be given together with {}", option->get_name(), names.front()));
    }
}

int run_program(int argc, char** argv, const std::string& description, const std::function<void(CommandLine&)>& body) {
    keep_freed_memory();
    std::string error;
    try {
        CommandLine line(argc, argv, description);
        body(line);
    } catch (const HelpAsked& help) {
        std::fputs(help.text.c_str(), stdout);
    } catch (const std::bad_alloc&) {
        error = "there is not enough memory for these sizes";
    } catch (const std::exception& exception) {
        error = exception.what();
    }
    // What was printed before an error stands before it. A full disk behind stdout shows here.
    if (std::fflush(stdout) != 0 && error.empty()) error = "the output cannot be written";
    if (error.empty()) return 0;
    fmt::print(stderr, "{}: {}\n", program_name(argc, argv), error);
    return 1;
}

}  // namespace vit
