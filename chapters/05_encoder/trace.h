// The record of chapter 5's layers for the shape lines, the table and the diagram (common/report/trace.h).
#pragma once

#include "05_encoder/encoder.h"
#include "common/report/trace.h"

namespace vit {

Trace trace_block(const std::string& name, const Block& p, const BlockCache& cache);

/// One record for each block: "blocks.0", "blocks.1", ...
std::vector<Trace> trace_encoder(const Encoder& p, const EncoderCache& cache);

}  // namespace vit
