// The summary of a forward pass as a table: what each layer takes, gives, holds, computes and keeps.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/trace.h"

namespace vit {

/// One row for each layer, its parts indented below it, then the totals. The numbers of a layer include those of its
/// parts; what it holds beside them has a row of its own, "(itself)". Layers that are stacked on themselves, such as
/// the blocks, appear once, followed by one row with the sums of the others. Every number is counted once in the
/// totals.
std::string summary_table(const Trace& trace);

/// 85800963 as "85,800,963".
std::string with_thousands(std::size_t number);

/// 17563828224 as "17.56 G", or with the unit "B" as "17.56 GB". Below a thousand the number itself.
std::string with_prefix(std::size_t number, std::string_view unit = "");

/// How many characters a UTF-8 text has, which is what a column must be wide for it.
std::size_t character_count(std::string_view text);

}  // namespace vit
