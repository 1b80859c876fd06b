#include "03_attention/trace.h"

#include <fmt/core.h>

#include "01_patch_embedding/trace.h"

namespace vit {
namespace {

/// What attend_forward did to queries, keys and values of this shape.
std::vector<Trace> trace_attend(const Attend& p, const Shape& heads, const AttendCache& cache) {
    const Shape weights{heads[0], heads[1], heads[2], heads[2]};  // every token with every token
    // Each of the two batched products does K multiply-adds for every pair of tokens.
    const std::size_t products = element_count(weights) * heads.back();
    Trace attended{.name = "attended",
                   .operation = "weights · v",
                   .input = weights,
                   .output = heads,
                   .axes = "B A N K",
                   .kind = LayerKind::attention,
                   .multiply_adds = products,
                   .from = {"weights", "split"}};
    if (p.tile > 0) {
        attended.operation = fmt::format("Attend, tiles of {}", p.tile);
        attended.input = heads;
        attended.multiply_adds = 2 * products;
        attended.kept = element_count(heads) + cache.largest.size() + cache.sum.size();
        attended.from = {};
        return {attended};
    }
    const Trace scores{.name = "scores",
                       .operation = "q kᵀ / √K",
                       .input = heads,
                       .output = weights,
                       .axes = "B A N N",
                       .kind = LayerKind::attention,
                       .multiply_adds = products};
    const Trace shares{.name = "weights",
                       .operation = "Softmax",
                       .input = weights,
                       .output = weights,
                       .axes = "B A N N",
                       .kind = LayerKind::attention,
                       // With dropout also the weights that are left, and the scale.
                       .kept = element_count(weights) + 2 * cache.dropped.size()};
    return {scores, shares, attended};
}

}  // namespace

Trace trace_layer_norm(const std::string& name, const LayerNorm& p, const Shape& input) {
    return {.name = name,
            .operation = "LayerNorm",
            .input = input,
            .output = input,
            .axes = "B N D",
            .kind = LayerKind::normalisation,
            .parameters = p.weight.size() + p.bias.size(),
            // The normalised rows and one inverse standard deviation for each.
            .kept = element_count(input) + element_count(input) / input.back()};
}

Trace trace_attention(const std::string& name, const Attention& p, const AttentionCache& cache) {
    const Shape x = shape_of(cache.x), heads = shape_of(cache.split.query);
    const Shape merged = shape_of(cache.merged);

    Trace trace{
        .name = name, .operation = "Attention", .input = x, .output = x, .axes = "B N D", .kept = element_count(x)};
    trace.parts.push_back(trace_linear("qkv", p.qkv, x, "B N 3AK"));
    const Shape qkv = trace.parts.back().output;
    trace.parts.push_back({.name = "split",
                           .operation = "Split heads",
                           .input = qkv,
                           .output = heads,
                           .axes = "B A N K",
                           .kept = 3 * element_count(heads)});
    for (const Trace& step : trace_attend(p.attend, heads, cache.attend)) trace.parts.push_back(step);
    trace.parts.push_back({.name = "merged",
                           .operation = "Merge heads",
                           .input = heads,
                           .output = merged,
                           .axes = "B N AK",
                           .kept = element_count(merged)});
    if (p.projection) trace.parts.push_back(trace_linear("proj", *p.projection, merged, "B N D"));
    if (cache.projection_dropout.active) trace.parts.back().kept += cache.projection_dropout.scale.size();
    return trace;
}

}  // namespace vit
