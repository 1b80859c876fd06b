// Chapter 1: an image becomes a sequence of patch embeddings.
#include <fmt/core.h>

#include <stdexcept>

#include "01_patch_embedding/convolution.h"
#include "01_patch_embedding/trace.h"
#include "common/files/image.h"
#include "common/files/resize.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/text.h"

using namespace vit;

namespace {

/// The convolution is the same function: says so, or throws.
void compare_with_convolution(const PatchEmbedding& embedding, const Tensor<4>& images, const Tensor<3>& embeddings) {
    const Tensor<3> by_convolution = patch_embedding_by_convolution(embedding, images);
    for (std::size_t i = 0; i < embeddings.size(); ++i) {
        const Scalar difference = std::abs(embeddings.data()[i] - by_convolution.data()[i]);
        if (!(difference < 1e-3f))
            throw std::logic_error(fmt::format("the convolution differs by {} at number {}", difference, i));
    }
    fmt::print("\nThe strided convolution gives the same embeddings (no number differs by 0.001).\n");
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(
        argc, argv, "Chapter 1: an image becomes a sequence of patch embeddings.", [](CommandLine& line) {
            std::size_t batch = 1, channels = 3, height = 224, width = 224, patch_size = 16, model_width = 768,
                        seed = 1;
            PatchOrder order = PatchOrder::c_p1_p2;
            std::string picture, saved_patches = "patches.png", diagram;
            line.size("batch", batch, "B, images in the batch")
                .size("channels", channels, "C, channels of an image")
                .image_size(height, width)
                .option("patch_size", patch_size, "P, side of a patch in pixels")
                .size("width", model_width, "D, numbers in an embedding")
                .add(choice("patch_order", {"c_p1_p2", "p1_p2_c"}, order, "order of the numbers in a patch vector"))
                .option("picture", picture, "a picture to embed, scaled and cropped to the image size")
                .option("save_patches", saved_patches, "where the picture, cut into its patches, is saved")
                .option("seed", seed, "seed of the random weights, and of the image where no picture is given",
                        any_number)
                .add(diagram_option(diagram))
                .parse();

            Rng rng(seed);
            Tensor<4> images = rng.normal_tensor<4>({batch, channels, height, width});  // (B, C, H, W)
            if (!picture.empty()) {
                if (batch != 1 || channels != 3)
                    throw std::invalid_argument("--batch and --channels come from the picture; leave them out");
                const Tensor<3> image = resize_and_crop(read_image(picture), height, width);  // (3, H, W)
                images = xt::reshape_view(image, {std::size_t(1), image.shape()[0], height, width});
            }
            PatchEmbedding embedding = make_patch_embedding(images.shape()[1], patch_size, model_width, order);
            initialise(embedding, rng);
            PatchEmbeddingCache cache;
            const Tensor<3> embeddings = patch_embedding_forward(embedding, images, cache);  // (B, N, D)

            const Trace trace = trace_patch_embedding("patch_embed", embedding, cache);
            const Shape image(trace.input.begin() + 1, trace.input.end());
            fmt::print("{}", shape_lines({input_of("image", "C H W", image), input_of("images", "B C H W", trace.input),
                                          trace}));
            fmt::print("\n{} x {} patches of {} x {} x {} = {} numbers each; the projection has {} parameters.\n",
                       height / patch_size, width / patch_size, image[0], patch_size, patch_size,
                       cache.patches.shape()[2], with_thousands(total_parameters(trace)));
            compare_with_convolution(embedding, images, embeddings);
            if (!picture.empty()) {
                const Tensor<3> first = xt::view(images, 0);
                write_image(saved_patches, spread_patches(first, patch_size, 4));
                fmt::print("The picture in patches: {}\n", saved_patches);
            }
            if (!diagram.empty()) write_diagram(trace, diagram);
        });
}
