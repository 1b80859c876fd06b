#include "05_encoder/trace.h"

#include "03_attention/trace.h"
#include "04_mlp/trace.h"

namespace vit {

Trace trace_block(const std::string& name, const Block& p, const BlockCache& cache) {
    const Shape x = shape_of(cache.attention.x);
    const auto add = [&](const std::string& part, const std::string& shortcut, const std::string& branch) {
        return Trace{
            .name = part, .operation = "Add", .input = x, .output = x, .axes = "B N D", .from = {shortcut, branch}};
    };
    return {.name = name,
            .operation = "Block",
            .input = x,
            .output = x,
            .axes = "B N D",
            .parts = {trace_layer_norm("norm1", p.norm1, x), trace_attention("attn", p.attention, cache.attention),
                      add("add1", "", "attn"), trace_layer_norm("norm2", p.norm2, x),
                      trace_mlp("mlp", p.mlp, cache.mlp), add("add2", "add1", "mlp")}};
}

std::vector<Trace> trace_encoder(const Encoder& p, const EncoderCache& cache) {
    std::vector<Trace> blocks;
    for (std::size_t i = 0; i < p.blocks.size(); ++i) {
        blocks.push_back(trace_block("blocks." + std::to_string(i), p.blocks[i], cache.block(i)));
    }
    return blocks;
}

}  // namespace vit
