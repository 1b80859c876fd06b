// Chapter 5: attention and MLP become a block, blocks become an encoder.
//     in   tokens (B, 1+N, D)
//     out  encoded tokens (B, 1+N, D), after L blocks
#include <fmt/core.h>

#include "05_encoder/trace.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/text.h"

using namespace vit;

namespace {

void print_block(const Trace& block) {
    const auto parameters = [&](std::size_t norm, std::size_t layer) {
        return with_thousands(total_parameters(block.parts[norm]) + total_parameters(block.parts[layer]));
    };
    fmt::print("\nA block has {} parameters: {} in attention and its norm, {} in the MLP and its norm.\n",
               with_thousands(total_parameters(block)), parameters(0, 1), parameters(3, 4));
}

void run_chapter(CommandLine& line) {
    BlockConfig config;
    std::size_t batch = 1, tokens = 197, depth = 12, seed = 1;
    std::string diagram;
    line.size("batch", batch, "B, images in the batch")
        .size("tokens", tokens, "N, tokens of an image")
        .option("width", config.attention.width, "D, numbers in a token", {.most = 1'000'000})
        .option("depth", depth, "L, number of blocks", {.most = 1000})
        .option("heads", config.attention.heads, "A, attention heads")
        .option("head_width", config.attention.head_width, "K, width of a head; 0: D / A")
        .option("hidden", config.mlp.hidden, "F, hidden width of the MLP")
        .option("seed", seed, "seed of the random tokens and weights", any_number)
        .add(diagram_option(diagram))
        .parse();
    config.mlp.width = config.attention.width;

    Rng rng(seed);
    Encoder encoder = make_encoder(config, depth);
    initialise(encoder, rng);
    const Tensor<3> x = rng.normal_tensor<3>({batch, tokens, config.mlp.width});  // (B, N, D)
    EncoderCache cache;
    const Tensor<3> y = encoder_forward(encoder, x, cache, nullptr, Keep::one_block);  // (B, N, D); no backward follows

    const Trace trace{.name = "encoder",
                      .operation = "Encoder",
                      .input = shape_of(x),
                      .output = shape_of(y),
                      .axes = "B N D",
                      .parts = trace_encoder(encoder, cache)};
    const Trace tokens_in = input_of("tokens", "B N D", shape_of(x));
    fmt::print("{}", depth > 0 ? shape_lines({tokens_in, trace.parts[0]}) : shape_lines(tokens_in));
    if (depth > 0) print_block(trace.parts[0]);
    fmt::print("{} blocks: {} -> {}, {} parameters, {} multiply-adds.\n", depth, to_string(trace.input),
               to_string(trace.output), with_thousands(total_parameters(trace)),
               with_thousands(total_multiply_adds(trace)));
    if (!diagram.empty()) write_diagram(trace, diagram);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 5: attention and MLP become a block, blocks become an encoder.",
                       run_chapter);
}
