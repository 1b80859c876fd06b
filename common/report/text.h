// Numbers and texts as people read them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vit {

/// 85800963 as "85,800,963".
std::string with_thousands(std::size_t number);

/// 17563828224 as "17.56 G", or with the unit "B" as "17.56 GB". Below a thousand the number itself.
std::string with_prefix(std::size_t number, std::string_view unit = "");

/// How many characters a UTF-8 text has, which is what a column must be wide for it.
std::size_t character_count(std::string_view text);

}  // namespace vit
