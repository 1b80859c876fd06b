#include "common/program/options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "common/program/printable.h"

namespace vit {
namespace {

/// Reads the whole text as one number. `value` stays as it was if the text is none.
template <class Number>
bool read_number(const std::string& text, Number& value) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    value = number;
    return true;
}

[[noreturn]] void refuse(const std::string& text, const std::string& what_it_is) {
    throw std::invalid_argument(fmt::format("'{}' is {}", printable(text), what_it_is));
}

void read_one(const Option& option, const std::string& text, const std::string& source) {
    try {
        option.read(text);
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("{}: {}: {}", source, option.name, error.what()));
    }
}

}  // namespace

Option option(std::string name, std::size_t& value, std::string help, Range range) {
    return {std::move(name),
            std::move(help),
            {},
            [&value] { return fmt::to_string(value); },
            [&value, range](const std::string& text) {
                std::size_t number = 0;
                if (!read_number(text, number) || number < range.least || number > range.most) {
                    refuse(text, fmt::format("not a whole number from {} to {}", range.least, range.most));
                }
                value = number;
            }};
}

Option option(std::string name, double& value, std::string help) {
    return {std::move(name),
            std::move(help),
            {},
            [&value] { return fmt::to_string(value); },
            [&value](const std::string& text) {
                double number = 0;
                if (!read_number(text, number) || !std::isfinite(number)) refuse(text, "not a number");
                value = number;
            }};
}

Option option(std::string name, std::vector<double>& value, std::string help) {
    return {std::move(name),
            std::move(help),
            {},
            [&value] { return fmt::format("{}", fmt::join(value, " ")); },
            [&value](const std::string& text) {
                std::vector<double> numbers;
                std::istringstream words(text);
                for (std::string word; words >> word;) option("", numbers.emplace_back(), "").read(word);
                value = numbers;
            }};
}

Option option(std::string name, std::string& value, std::string help) {
    return {std::move(name),
            std::move(help),
            {},
            [&value] { return value; },
            [&value](const std::string& text) {
                if (text.find('\0') != std::string::npos) refuse(text, "no name: it has a byte 0 in it");
                value = text;
            }};
}

Option option(std::string name, bool& value, std::string help) {
    return {std::move(name),
            std::move(help),
            {},
            [&value] { return std::string(value ? "true" : "false"); },
            [&value](const std::string& text) {
                const bool yes = text == "true" || text == "1", no = text == "false" || text == "0";
                if (!yes && !no) refuse(text, "not true or false");
                value = yes;
            }};
}

Option choice(std::string name, std::vector<std::string> words, std::function<std::size_t()> get,
              std::function<void(std::size_t)> set, std::string help) {
    return {std::move(name), std::move(help), words, [words, get] { return words.at(get()); },
            [words, set](const std::string& text) {
                const auto found = std::find(words.begin(), words.end(), text);
                if (found == words.end()) refuse(text, fmt::format("none of {}", fmt::join(words, ", ")));
                set(static_cast<std::size_t>(found - words.begin()));
            }};
}

std::map<std::string, std::string> to_text(const Options& options) {
    std::map<std::string, std::string> texts;
    for (const Option& option : options) texts[option.name] = option.text();
    return texts;
}

void read_text(const Options& options, const std::map<std::string, std::string>& texts, const std::string& source) {
    for (const Option& option : options) {
        const auto found = texts.find(option.name);
        if (found == texts.end()) throw std::runtime_error(fmt::format("{}: {} is missing", source, option.name));
        read_one(option, found->second, source);
    }
}

void read_some(const Options& options, const std::map<std::string, std::string>& texts, const std::string& source) {
    for (const auto& [name, text] : texts) {
        const auto found = std::ranges::find(options, name, &Option::name);
        if (found == options.end())
            throw std::runtime_error(fmt::format("{}: there is no option {}", source, printable(name)));
        read_one(*found, text, source);
    }
}

}  // namespace vit
