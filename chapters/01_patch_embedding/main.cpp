// Chapter 1: an image becomes a sequence of patch embeddings.
//     in   image (B, C, H, W)
//     out  patch embeddings (B, N, D)
#include <fmt/core.h>

#include <stdexcept>

#include "01_patch_embedding/convolution.h"
#include "01_patch_embedding/spread_patches.h"
#include "01_patch_embedding/trace.h"
#include "common/files/image.h"
#include "common/files/outputs.h"
#include "common/files/resize.h"
#include "common/program/printable.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/text.h"
#include "common/tensor/comparison.h"

using namespace vit;

namespace {

/// A picture from a file as a batch of one image: (1, 3, height, width).
Tensor<4> batch_of_picture(const std::string& path, std::size_t height, std::size_t width) {
    const Tensor<3> image = image_of(resize_and_crop(read_picture(path), height, width));  // (3, H, W)
    return xt::reshape_view(image, {std::size_t(1), image.shape()[0], height, width});
}

void print_shapes(const PatchEmbeddingConfig& config, const Trace& trace) {
    const Shape images = trace.input, image(images.begin() + 1, images.end());
    fmt::print("{}", shape_lines({input_of("image", "C H W", image), input_of("images", "B C H W", images), trace}));
    const std::size_t C = config.channels, P = config.patch_size;
    fmt::print("\n{} x {} patches of {} x {} x {} = {} numbers each; the projection has {} parameters.\n", image[1] / P,
               image[2] / P, C, P, P, C * P * P, with_thousands(total_parameters(trace)));
}

void run_chapter(CommandLine& line) {
    PatchEmbeddingConfig config;
    std::size_t batch = 1, height = 224, width = 224, seed = 1;
    std::string picture, saved_patches = "patches.png", diagram;
    line.size("batch", batch, "B, images in the batch")
        .size("channels", config.channels, "C, channels of an image")
        .image_size(height, width)
        .option("patch_size", config.patch_size, "P, side of a patch in pixels")
        .size("width", config.width, "D, numbers in an embedding")
        .add(choice("patch_order", patch_order_names, config.order, "order of the numbers in a patch vector"))
        .option("picture", picture,
                "a picture (PNG or JPEG) to embed, scaled and cropped to the image size; where it is transparent, "
                "white shows")
        .option("save_patches", saved_patches, "with --picture: where it is saved, cut into its patches")
        .option("seed", seed, "seed of the random weights, and of the image where no picture is given", any_number)
        .add(diagram_option(diagram))
        .parse();
    if (picture.empty()) line.refuse({"save_patches"}, "needs --picture FILE");
    if (!picture.empty() && (batch != 1 || config.channels != 3)) {
        throw std::invalid_argument("--batch and --channels come from the picture; leave them out");
    }
    refuse_to_overwrite("--save-patches", saved_patches, {picture});
    refuse_to_overwrite("--diagram", diagram, {picture});
    if (!picture.empty()) refuse_twice({{"--save-patches", saved_patches}, {"--diagram", diagram}});

    Rng rng(seed);
    const Tensor<4> noise = rng.normal_tensor<4>({batch, config.channels, height, width});        // (B, C, H, W)
    const Tensor<4> images = picture.empty() ? noise : batch_of_picture(picture, height, width);  // (B, C, H, W)
    PatchEmbedding embedding = make_patch_embedding(config);
    initialise(embedding, rng);
    PatchEmbeddingCache cache;
    const Tensor<3> embeddings = patch_embedding_forward(embedding, images, cache);  // (B, N, D)

    const Trace trace = trace_patch_embedding("patch_embed", embedding, cache);
    print_shapes(config, trace);
    require_same("the convolution", patch_embedding_by_convolution(embedding, images), embeddings, "BND", 1e-3);
    fmt::print("\nThe strided convolution gives the same embeddings (no number differs by 0.001 or more).\n");
    if (!picture.empty()) {
        write_image(saved_patches, spread_patches(xt::view(images, 0), config.patch_size, 4));
        fmt::print("The picture in patches: {}\n", printable(saved_patches, saved_patches.size()));
    }
    if (!diagram.empty()) write_diagram(trace, diagram);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 1: an image becomes a sequence of patch embeddings.", run_chapter);
}
