// Chapter 3: tokens look at each other.
//     in   tokens (B, 1+N, D)
//     out  tokens (B, 1+N, D), each mixed with all others
#include <fmt/core.h>

#include "03_attention/attend.h"
#include "03_attention/trace.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/text.h"
#include "common/tensor/comparison.h"

using namespace vit;

namespace {

/// One query, one head, many heads and a batch are the same function: says so, or throws.
void compare_steps(const QueryKeyValue& split) {
    AttendCache cache;
    const Tensor<4> batch = attend_forward({}, split, cache);  // (B, A, N, K)
    const Tensor<3> query = xt::view(split.query, 0), key = xt::view(split.key, 0), value = xt::view(split.value, 0);
    const Tensor<3> one_by_one = attend_many_heads(query, key, value);  // (A, N, K), each head one query after another
    require_same("one query at a time", one_by_one, xt::view(batch, 0), "ANK", 1e-3);
    fmt::print(
        "\nOne query at a time, one head at a time and the whole batch at once agree (no number differs by 0.001 or "
        "more).\n");
}

/// Nothing in the layer depends on where the tokens come from, or on how many there are.
void run_on_other_tokens(Rng& rng) {
    Attention attention = make_attention({.width = 768, .heads = 8});
    initialise(attention, rng);
    AttentionCache cache;
    const Tensor<3> x = rng.normal_tensor<3>({16, 100, 768});    // (B, N, D)
    const Tensor<3> y = attention_forward(attention, x, cache);  // (B, N, D)
    fmt::print("\nWith 8 heads on other tokens: {} -> {}\n", to_string(shape_of(x)), to_string(shape_of(y)));
}

/// What the first half of an encoder block did.
Trace trace_block(const LayerNorm& norm, const Attention& attention, const AttentionCache& cache, const Shape& x,
                  const Shape& y) {
    return {.name = "attention block",
            .operation = "LayerNorm, Attention",
            .input = x,
            .output = y,
            .axes = "B N D",
            .parts = {trace_layer_norm("norm1", norm, x), trace_attention("attn", attention, cache)}};
}

void run_chapter(CommandLine& line) {
    AttentionConfig config;
    std::size_t batch = 1, tokens = 197, seed = 1;
    std::string diagram;
    line.size("batch", batch, "B, images in the batch")
        .size("tokens", tokens, "N, tokens of an image")
        .option("width", config.width, "D, numbers in a token", {.most = 1'000'000})
        .option("heads", config.heads, "A, attention heads")
        .option("head_width", config.head_width, "K, width of a head; 0: D / A")
        .option("qkv_bias", config.qkv_bias, "a bias in the qkv Linear")
        .option("attention_projection", config.projection, "an output projection after the heads")
        .option("attention_tile", config.attend.tile, "tokens in a tile of attention; 0: all at once")
        .option("seed", seed, "seed of the random tokens and weights", any_number)
        .add(diagram_option(diagram))
        .parse();

    // The first half of an encoder block, without its shortcut.
    Rng rng(seed);
    LayerNorm norm = make_layer_norm(config.width);
    initialise(norm);
    Attention attention = make_attention(config);
    initialise(attention, rng);
    const Tensor<3> x = rng.normal_tensor<3>({batch, tokens, config.width});  // (B, N, D)
    LayerNormCache norm_cache;
    AttentionCache cache;
    const Tensor<3> y = attention_forward(attention, layer_norm_forward(norm, x, norm_cache), cache);  // (B, N, D)

    const Trace trace = trace_block(norm, attention, cache, shape_of(x), shape_of(y));
    fmt::print("{}", shape_lines({input_of("tokens", "B N D", shape_of(x)), trace}));
    fmt::print("\n{} heads of width {}; {} parameters, {} multiply-adds.\n", config.heads, cache.split.query.shape()[3],
               with_thousands(total_parameters(trace)), with_thousands(total_multiply_adds(trace)));
    compare_steps(cache.split);
    run_on_other_tokens(rng);
    if (!diagram.empty()) write_diagram(trace, diagram);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 3: tokens look at each other.", run_chapter);
}
