// The record of chapter 1's layers for the shape lines, the table and the diagram (common/report/trace.h).
#pragma once

#include "01_patch_embedding/patch_embedding.h"
#include "common/report/trace.h"

namespace vit {

/// A Linear that was applied to an input of this shape; `axes` are the letters of its output.
Trace trace_linear(const std::string& name, const Linear& p, const Shape& input, const std::string& axes);

Trace trace_patch_embedding(const std::string& name, const PatchEmbedding& p, const PatchEmbeddingCache& cache);

}  // namespace vit
