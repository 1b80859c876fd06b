#include "06_vit_head/trace.h"

#include "01_patch_embedding/trace.h"
#include "02_class_token_and_position/trace.h"
#include "03_attention/trace.h"
#include "05_encoder/trace.h"

namespace vit {
namespace {

Trace trace_normed_patch_embedding(const std::string& name, const NormedPatchEmbedding& p,
                                   const NormedPatchEmbeddingCache& cache) {
    Trace trace = trace_patch_embedding(name, p.embedding, cache.embedding);
    const Shape patches = trace.parts[0].output;
    if (p.norm_in) trace.parts.insert(trace.parts.begin() + 1, trace_layer_norm("norm_in", *p.norm_in, patches));
    if (p.norm_in) trace.parts[1].axes = "B N CPP";
    if (p.norm_out) trace.parts.push_back(trace_layer_norm("norm_out", *p.norm_out, trace.output));
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

}  // namespace

Trace trace_vit(const Vit& p, const VitCache& cache) {
    const Shape images = cache.patch_embedding.embedding.image_shape;
    Trace head = trace_linear("head", p.head, shape_of(cache.pooled), "B Y");
    Trace trace{
        .name = "vit", .operation = "Vision Transformer", .input = images, .output = head.output, .axes = "B Y"};
    const auto add = [&](const std::vector<Trace>& parts) {
        trace.parts.insert(trace.parts.end(), parts.begin(), parts.end());
    };
    add({trace_normed_patch_embedding("patch_embed", p.patch_embedding, cache.patch_embedding)});
    add(trace_tokens(p.tokens, trace.parts.back().output));
    add(trace_encoder(p.encoder, cache.encoder));
    add(trace_pooling(p, cache));
    add({head});
    return trace;
}

}  // namespace vit
