#include "common/program/printable.h"

#include <fmt/format.h>

#include <algorithm>

namespace vit {
namespace {

unsigned byte_of(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

/// How many bytes the UTF-8 character has that the text begins with; 0 if it begins with none.
std::size_t character_length(std::string_view text) {
    const unsigned first = byte_of(text, 0);
    if (first < 0x80) return 1;
    const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte_of(text, i) & 0xC0) != 0x80) return 0;
    }
    // A few second bytes would make a shorter character, half of a pair of UTF-16, or one beyond the last.
    const unsigned second = byte_of(text, 1);
    const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) ||
                       (first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90);
    return wrong ? 0 : length;
}

/// Control characters are 0 to 31, and 127 to 159, which are one or two bytes; and those of three bytes that end a line
/// or turn the direction of writing, U+2028 to U+202E and U+2066 to U+2069.
bool is_control(std::string_view character) {
    const unsigned first = byte_of(character, 0);
    return first < 0x20 || first == 0x7F || (first == 0xC2 && byte_of(character, 1) < 0xA0) ||
           (character >= "\u2028" && character <= "\u202E") || (character >= "\u2066" && character <= "\u2069");
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
    std::string result;
    for (const std::size_t whole = text.size(); !text.empty();) {
        if (whole - text.size() >= most) return result + "...";
        const std::size_t length = character_length(text), taken = length == 0 ? 1 : length;
        const std::string_view character = text.substr(0, taken);
        if (length > 0 && !is_control(character)) {
            result += character;
        } else {
            for (std::size_t i = 0; i < taken; ++i) result += fmt::format("\\x{:02x}", byte_of(character, i));
        }
        text.remove_prefix(taken);
    }
    return result;
}

std::string listed(const std::vector<std::string>& texts) {
    constexpr std::size_t most = 10;
    std::string list;
    for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) list += (i > 0 ? ", " : "") + printable(texts[i]);
    return texts.size() > most ? fmt::format("{} and {} others", list, texts.size() - most) : list;
}

}  // namespace vit
