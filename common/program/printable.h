// Texts from elsewhere, safe to print: what a file or a command line calls itself may hold anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vit {

/// The text on one line, as UTF-8: each byte of a control character, or of what is not UTF-8, becomes four characters
/// such as \x1b. A text that is printable stays as it is; of one with more than `most` bytes the beginning stays, and
/// "...".
std::string printable(std::string_view text, std::size_t most = 200);

/// "a, b, c", each printable; of more than ten the first ones "and 7 others".
std::string listed(const std::vector<std::string>& texts);

}  // namespace vit
