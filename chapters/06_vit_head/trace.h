// The record of the whole model for the shape lines, the table and the diagram (common/report/trace.h).
#pragma once

#include "06_vit_head/vit.h"
#include "common/report/trace.h"

namespace vit {

/// What vit_forward did with this cache.
Trace trace_vit(const Vit& p, const VitCache& cache);

}  // namespace vit
