#include "common/report/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace vit {

std::string with_thousands(std::size_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

std::string with_prefix(std::size_t number, std::string_view unit) {
    const std::string_view prefixes = "kMGT";
    if (number < 1000) return fmt::format("{}{}{}", number, unit.empty() ? "" : " ", unit);
    double rest = static_cast<double>(number) / 1000;
    std::size_t power = 0;
    for (; rest >= 1000 && power + 1 < prefixes.size(); ++power) rest /= 1000;
    return fmt::format("{:.2f} {}{}", rest, prefixes[power], unit);
}

std::size_t character_count(std::string_view text) {
    // In UTF-8 the bytes 10xxxxxx go on with a character that has begun.
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace vit
