// The summary of a forward pass as a table: what each layer takes, gives, holds, computes and keeps.
#pragma once

#include <string>

#include "common/report/trace.h"

namespace vit {

/// One row for each layer, its parts indented below it, then the totals. The numbers of a layer include those of its
/// parts; what it holds beside them has a row of its own, "(itself)". Layers that are stacked on themselves, such as
/// the blocks, appear once, followed by one row with the sums of the others. Every number is counted once in the
/// totals.
std::string summary_table(const Trace& trace);

}  // namespace vit
