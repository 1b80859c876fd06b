// The record of chapter 4's layers for the shape lines, the table and the diagram (common/report/trace.h).
#pragma once

#include "04_mlp/mlp.h"
#include "common/report/trace.h"

namespace vit {

Trace trace_mlp(const std::string& name, const Mlp& p, const MlpCache& cache);

}  // namespace vit
