#include "02_class_token_and_position/trace.h"

namespace vit {

std::vector<Trace> trace_tokens(const Tokens& p, const Shape& patch_embeddings) {
    Shape sequence = patch_embeddings;
    sequence[1] = p.position.shape()[1];
    const std::string axes = p.class_token.size() > 0 ? "B 1+N D" : "B N D";
    std::vector<Trace> steps;
    if (p.class_token.size() > 0) {
        steps.push_back({.name = "cls_token",
                         .operation = "Put class token in front",
                         .input = patch_embeddings,
                         .output = sequence,
                         .axes = axes,
                         .parameters = p.class_token.size()});
    }
    steps.push_back({.name = "pos_embed",
                     .operation = "Add positions",
                     .input = sequence,
                     .output = sequence,
                     .axes = axes,
                     .parameters = p.position.size()});
    return steps;
}

}  // namespace vit
