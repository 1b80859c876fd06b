// The record of chapter 3's layers for the shape lines, the table and the diagram (common/report/trace.h).
#pragma once

#include "03_attention/attention.h"
#include "03_attention/layer_norm.h"
#include "common/report/trace.h"

namespace vit {

Trace trace_layer_norm(const std::string& name, const LayerNorm& p, const Shape& input);

Trace trace_attention(const std::string& name, const Attention& p, const AttentionCache& cache);

}  // namespace vit
