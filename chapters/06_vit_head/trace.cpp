#include "06_vit_head/trace.h"

#include <algorithm>

#include "01_patch_embedding/trace.h"
#include "02_class_token_and_position/trace.h"
#include "03_attention/trace.h"
#include "05_encoder/trace.h"

namespace vit {
namespace {

/// Chapter 1's layer, in the variant with LayerNorms around its projection.
Trace trace_embed_patches(const std::string& name, const Vit& p, const VitCache& cache) {
    Trace trace = trace_patch_embedding(name, p.patch_embedding, cache.patch_embedding);
    if (!p.patch_norms) return trace;
    Trace norm_in = trace_layer_norm("norm_in", p.patch_norms->norm_in, trace.parts[0].output);
    norm_in.axes = "B N CPP";
    trace.parts.insert(trace.parts.begin() + 1, norm_in);
    trace.parts.push_back(trace_layer_norm("norm_out", p.patch_norms->norm_out, trace.output));
    return trace;
}

/// The last norm and the pooling, in the order of the config.
std::vector<Trace> trace_pooling(const Vit& p, const VitCache& cache) {
    const Shape pooled = shape_of(cache.pooled);
    const bool class_token = p.config.pooling == Pooling::class_token;
    const Trace pool{.name = "pooled",
                     .operation = class_token ? "Take class token" : "Mean of tokens",
                     .input = cache.encoded,
                     .output = pooled,
                     .axes = "B D",
                     .kept = element_count(pooled)};
    if (p.config.final_norm == FinalNorm::before_pooling)
        return {trace_layer_norm("norm", p.norm, cache.encoded), pool};
    Trace norm = trace_layer_norm("norm", p.norm, pooled);
    norm.axes = "B D";
    return {pool, norm};
}

/// In the whole model N counts the patches; what a layer of the encoder calls its N tokens are the model's T.
Trace with_all_tokens(Trace trace) {
    std::ranges::replace(trace.axes, 'N', 'T');
    for (Trace& part : trace.parts) part = with_all_tokens(part);
    return trace;
}

}  // namespace

Trace trace_vit(const Vit& p, const VitCache& cache) {
    const Shape images = cache.patch_embedding.image_shape;
    Trace head = trace_linear("head", p.head, shape_of(cache.pooled), "B Y");
    Trace trace{
        .name = "vit", .operation = "Vision Transformer", .input = images, .output = head.output, .axes = "B Y"};
    const auto add = [&](const std::vector<Trace>& parts) {
        trace.parts.insert(trace.parts.end(), parts.begin(), parts.end());
    };
    add({trace_embed_patches("patch_embed", p, cache)});
    add(trace_tokens(p.tokens, trace.parts.back().output));
    // What dropout keeps belongs to the tokens that it was applied to.
    if (cache.embedding_dropout.active) trace.parts.back().kept += cache.embedding_dropout.scale.size();
    for (const Trace& block : trace_encoder(p.encoder, cache.encoder)) add({with_all_tokens(block)});
    for (const Trace& step : trace_pooling(p, cache)) add({with_all_tokens(step)});
    add({head});
    return trace;
}

}  // namespace vit
