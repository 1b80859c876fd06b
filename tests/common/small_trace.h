// A small forward pass for the tests of its views: three equal blocks with a residual connection around an attention
// whose input goes three ways, inside an encoder, and a head. B = 2, N = 5, D = 12, A = 3, Y = 7.
#pragma once

#include "common/report/trace.h"

namespace vit {

inline Trace small_attention() {
    const Shape x = {2, 5, 12}, weights = {2, 3, 5, 5};
    const auto linear = [&](const std::string& name, const std::vector<std::string>& from) {
        Trace trace{.name = name, .operation = "Linear", .input = x, .output = x, .axes = "B N D", .from = from};
        trace.kind = LayerKind::learned;
        trace.parameters = 12 * 12 + 12;
        trace.multiply_adds = 2 * 5 * 12 * 12;
        return trace;
    };
    const Trace scores{.name = "scores",
                       .operation = "q kᵀ",
                       .input = x,
                       .output = weights,
                       .axes = "B A N N",
                       .kind = LayerKind::attention,
                       .multiply_adds = 600,
                       .from = {"q", "k"}};
    const Trace softmax{.name = "softmax",
                        .operation = "Softmax",
                        .input = weights,
                        .output = weights,
                        .axes = "B A N N",
                        .kind = LayerKind::attention,
                        .kept = 150};
    const Trace sum{.name = "sum",
                    .operation = "Weighted sum",
                    .input = weights,
                    .output = x,
                    .axes = "B N D",
                    .kind = LayerKind::attention,
                    .multiply_adds = 600,
                    .from = {"softmax", "v"}};
    return {.name = "attn",
            .operation = "Attention",
            .input = x,
            .output = x,
            .axes = "B N D",
            .parts = {linear("q", {}), linear("k", {""}), linear("v", {""}), scores, softmax, sum, linear("proj", {})}};
}

inline Trace small_block(const std::string& name) {
    const Shape x = {2, 5, 12};
    const Trace norm{.name = "norm",
                     .operation = "LayerNorm",
                     .input = x,
                     .output = x,
                     .axes = "B N D",
                     .kind = LayerKind::normalisation,
                     .parameters = 24,
                     .kept = 130};
    const Trace add{.name = "add", .operation = "Add", .input = x, .output = x, .axes = "B N D", .from = {"", "attn"}};
    return {.name = name,
            .operation = "Block",
            .input = x,
            .output = x,
            .axes = "B N D",
            .parts = {norm, small_attention(), add}};
}

inline Trace small_trace() {
    const Shape x = {2, 5, 12}, logits = {2, 5, 7};
    const Trace encoder{.name = "encoder",
                        .operation = "Encoder",
                        .input = x,
                        .output = x,
                        .axes = "B N D",
                        .kept = 120,
                        .parts = {small_block("blocks.0"), small_block("blocks.1"), small_block("blocks.2")}};
    const Trace head{.name = "head",
                     .operation = "Linear",
                     .input = x,
                     .output = logits,
                     .axes = "B N Y",
                     .kind = LayerKind::learned,
                     .parameters = 7 * 12 + 7,
                     .multiply_adds = 2 * 5 * 12 * 7};
    return {
        .name = "model", .operation = "Model", .input = x, .output = logits, .axes = "B N Y", .parts = {encoder, head}};
}

}  // namespace vit
