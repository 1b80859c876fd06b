// Chapter 2: a class token in front of the patches, and a position for every token.
//     in   patch embeddings (B, N, D)
//     out  tokens (B, 1+N, D)
#include <fmt/core.h>

#include <algorithm>

#include "01_patch_embedding/trace.h"
#include "02_class_token_and_position/dropout.h"
#include "02_class_token_and_position/trace.h"
#include "common/program/program.h"
#include "common/report/diagram.h"

using namespace vit;

namespace {

void print_dropped(double p, const Tensor<3>& dropped) {
    const auto zeros = static_cast<double>(std::ranges::count(dropped, Scalar(0)));
    fmt::print("\nDropout with probability {} set {:.0f} % of the numbers to zero.\n", p,
               100 * zeros / static_cast<double>(dropped.size()));
}

void print_shapes(const Tokens& tokens, const Shape& images, const Shape& embeddings, const Trace& trace) {
    const std::string T = tokens.class_token.size() > 0 ? "1+N" : "N",
                      in_front = tokens.class_token.size() > 0 ? "1" : "0";
    fmt::print("{}",
               shape_lines({input_of("images", "B C H W", images), input_of("patch embeddings", "B N D", embeddings),
                            input_of("class token", "1 " + in_front + " D", shape_of(tokens.class_token)),
                            input_of("position embedding", "1 " + T + " D", shape_of(tokens.position)), trace}));
}

/// The patch embedding, and what chapter 2 adds to it.
Trace trace_chapter(const Shape& images, const Shape& z0, const Tokens& tokens, const Trace& patch_embedding) {
    Trace trace{.name = "chapter 2",
                .operation = "Tokens",
                .input = images,
                .output = z0,
                .axes = tokens.class_token.size() > 0 ? "B 1+N D" : "B N D",
                .parts = {patch_embedding}};
    for (const Trace& step : trace_tokens(tokens, patch_embedding.output)) trace.parts.push_back(step);
    return trace;
}

void run_chapter(CommandLine& line) {
    PatchEmbeddingConfig config;
    std::size_t batch = 1, height = 224, width = 224, seed = 1;
    bool class_token = true;
    double dropout = 0.1;
    std::string diagram;
    line.size("batch", batch, "B, images in the batch")
        .size("channels", config.channels, "C, channels of an image")
        .image_size(height, width)
        .option("patch_size", config.patch_size, "P, side of a patch in pixels")
        .size("width", config.width, "D, numbers in a token")
        .option("class_token", class_token, "put a class token in front")
        .option("dropout", dropout, "probability that training drops a number")
        .option("seed", seed, "seed of the random image and weights", any_number)
        .add(diagram_option(diagram))
        .parse();

    Rng rng(seed);
    PatchEmbedding embedding = make_patch_embedding(config);
    initialise(embedding, rng);
    PatchEmbeddingCache embedding_cache;
    const Tensor<4> images = rng.normal_tensor<4>({batch, config.channels, height, width});    // (B, C, H, W)
    const Tensor<3> embeddings = patch_embedding_forward(embedding, images, embedding_cache);  // (B, N, D)

    // The class token, the positions, and dropout as in training.
    Tokens tokens = make_tokens(embeddings.shape()[1], config.width, class_token);
    initialise(tokens, rng);
    DropoutCache<3> dropout_cache;
    const Tensor<3> z0 =
        dropout_forward(dropout, tokens_forward(tokens, embeddings), dropout_cache, &rng);  // (B, T, D)

    const Trace trace = trace_chapter(shape_of(images), shape_of(z0), tokens,
                                      trace_patch_embedding("patch_embed", embedding, embedding_cache));
    print_shapes(tokens, shape_of(images), shape_of(embeddings), trace);
    print_dropped(dropout, z0);
    if (!diagram.empty()) write_diagram(trace, diagram);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 2: a class token in front of the patches, and a position for every token.",
                       run_chapter);
}
