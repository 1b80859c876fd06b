// The record of chapter 2's layers for the shape lines, the table and the diagram (common/report/trace.h).
#pragma once

#include "02_class_token_and_position/tokens.h"
#include "common/report/trace.h"

namespace vit {

/// What tokens_forward did to patch embeddings of this shape: the class token in front, then the positions.
std::vector<Trace> trace_tokens(const Tokens& p, const Shape& patch_embeddings);

}  // namespace vit
