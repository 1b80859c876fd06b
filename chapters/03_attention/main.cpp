// Chapter 3: tokens look at each other.
#include <fmt/core.h>

#include <stdexcept>

#include "03_attention/attend.h"
#include "03_attention/trace.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/text.h"

using namespace vit;

namespace {

/// One query, one head, many heads and a batch are the same function: says so, or throws.
void compare_steps(const QueryKeyValue& split) {
    const Tensor<4> batched = attend_batch(split.query, split.key, split.value);  // (B, A, N, K)
    const Tensor<3> query = xt::view(split.query, 0), key = xt::view(split.key, 0), value = xt::view(split.value, 0);
    const Tensor<3> one_image = attend_many_heads(query, key, value);  // (A, N, K), each head one query after another
    for (std::size_t i = 0; i < one_image.size(); ++i) {
        const Scalar difference = std::abs(one_image.data()[i] - batched.data()[i]);
        if (!(difference < 1e-3f))
            throw std::logic_error(fmt::format("one query at a time differs from the batch by {}", difference));
    }
    fmt::print(
        "\nOne query at a time, one head at a time and the whole batch at once agree (no number differs by 0.001).\n");
}

Tensor<3> run_attention(const AttentionConfig& config, const Tensor<3>& x, AttentionCache& cache, Rng& rng) {
    Attention attention = make_attention(config);
    initialise(attention, rng);
    return attention_forward(attention, x, cache);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 3: tokens look at each other.", [](CommandLine& line) {
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
            .option("attention_tile", config.tile, "tokens in a tile of attention; 0: all at once")
            .option("seed", seed, "seed of the random tokens and weights", any_number)
            .add(diagram_option(diagram))
            .parse();

        Rng rng(seed);
        LayerNorm norm = make_layer_norm(config.width);
        initialise(norm);
        Attention attention = make_attention(config);
        initialise(attention, rng);

        // The first half of an encoder block, without its shortcut.
        const Tensor<3> x = rng.normal_tensor<3>({batch, tokens, config.width});  // (B, N, D)
        LayerNormCache norm_cache;
        AttentionCache cache;
        const Tensor<3> y = attention_forward(attention, layer_norm_forward(norm, x, norm_cache), cache);  // (B, N, D)

        const Trace trace{
            .name = "attention block",
            .operation = "LayerNorm, Attention",
            .input = shape_of(x),
            .output = shape_of(y),
            .axes = "B N D",
            .parts = {trace_layer_norm("norm1", norm, shape_of(x)), trace_attention("attn", attention, cache)}};
        fmt::print("{}", shape_lines({input_of("tokens", "B N D", shape_of(x)), trace}));
        fmt::print("\n{} heads of width {}; {} parameters, {} multiply-adds.\n", config.heads,
                   cache.split.query.shape()[3], with_thousands(total_parameters(trace)),
                   with_thousands(total_multiply_adds(trace)));
        compare_steps(cache.split);

        // Nothing in the layer depends on where the tokens come from, or on how many there are.
        AttentionCache other_cache;
        const Tensor<3> other = rng.normal_tensor<3>({16, 100, 768});
        const Tensor<3> other_y = run_attention({.width = 768, .heads = 8}, other, other_cache, rng);
        fmt::print("\nWith 8 heads on other tokens: {} -> {}\n", to_string(shape_of(other)),
                   to_string(shape_of(other_y)));
        if (!diagram.empty()) write_diagram(trace, diagram);
    });
}
