// Chapter 2: a class token in front of the patches, and a position for every token.
#include <fmt/core.h>

#include "01_patch_embedding/trace.h"
#include "02_class_token_and_position/dropout.h"
#include "02_class_token_and_position/trace.h"
#include "common/program/program.h"
#include "common/report/diagram.h"

using namespace vit;

int main(int argc, char** argv) {
    return run_program(
        argc, argv, "Chapter 2: a class token in front of the patches, and a position for every token.",
        [](CommandLine& line) {
            std::size_t batch = 1, channels = 3, height = 224, width = 224, patch_size = 16, model_width = 768,
                        seed = 1;
            bool class_token = true;
            double dropout = 0.1;
            std::string diagram;
            line.size("batch", batch, "B, images in the batch")
                .size("channels", channels, "C, channels of an image")
                .image_size(height, width)
                .option("patch_size", patch_size, "P, side of a patch in pixels")
                .size("width", model_width, "D, numbers in a token")
                .option("class_token", class_token, "put a class token in front")
                .option("dropout", dropout, "probability that training drops a number")
                .option("seed", seed, "seed of the random image and weights", any_number)
                .add(diagram_option(diagram))
                .parse();

            // The patch embedding of chapter 1.
            Rng rng(seed);
            PatchEmbedding embedding = make_patch_embedding(channels, patch_size, model_width);
            initialise(embedding, rng);
            PatchEmbeddingCache embedding_cache;
            const Tensor<4> images = rng.normal_tensor<4>({batch, channels, height, width});
            const Tensor<3> embeddings = patch_embedding_forward(embedding, images, embedding_cache);  // (B, N, D)

            // The class token, the positions, and dropout as in training.
            Tokens tokens = make_tokens(embeddings.shape()[1], model_width, class_token);
            initialise(tokens, rng);
            DropoutCache<3> dropout_cache;
            const Tensor<3> z0 =
                dropout_forward(dropout, tokens_forward(tokens, embeddings), &rng, dropout_cache);  // (B, T, D)

            Trace trace{.name = "chapter 2",
                        .operation = "Tokens",
                        .input = shape_of(images),
                        .output = shape_of(z0),
                        .axes = class_token ? "B 1+N D" : "B N D"};
            trace.parts = {trace_patch_embedding("patch_embed", embedding, embedding_cache)};
            for (const Trace& step : trace_tokens(tokens, shape_of(embeddings))) trace.parts.push_back(step);

            fmt::print(
                "{}", shape_lines(
                          {input_of("images", "B C H W", shape_of(images)),
                           input_of("patch embeddings", "B N D", shape_of(embeddings)),
                           input_of("class token", class_token ? "1 1 D" : "1 0 D", shape_of(tokens.class_token)),
                           input_of("position embedding", class_token ? "1 1+N D" : "1 N D", shape_of(tokens.position)),
                           trace}));
            std::size_t zeros = 0;
            for (Scalar number : z0) zeros += number == 0;
            fmt::print("\nDropout with probability {} set {:.0f} % of the numbers to zero.\n", dropout,
                       100.0 * static_cast<double>(zeros) / static_cast<double>(z0.size()));
            if (!diagram.empty()) write_diagram(trace, diagram);
        });
}
