// Chapter 6: the whole Vision Transformer, from images to a score for each class.
//     in   images (B, C, H, W)
//     out  logits (B, Y)
#include <fmt/ranges.h>

#include "06_vit_head/trace.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/summary.h"
#include "common/report/text.h"

using namespace vit;

namespace {

/// A model with random weights runs on random images; what it did.
Trace run_model(const VitConfig& config, std::size_t batch, std::size_t seed) {
    Rng rng(seed);
    Vit model = make_vit(config);
    initialise(model, rng);
    const Tensor<4> images = rng.normal_tensor<4>({batch, config.channels, config.image_height, config.image_width});
    VitCache cache;
    vit_forward(model, images, cache, nullptr, Keep::one_block);  // (B, Y)
    return trace_vit(model, cache);
}

void print_run(const char* what, const Trace& trace) {
    fmt::print("  {:47}  {:16} -> {:7}  {:>10} parameters\n", what, to_string(trace.input), to_string(trace.output),
               with_thousands(total_parameters(trace)));
}

/// A model that tutorials build with vit-pytorch, as that library made it before its version 1.0.
VitConfig vit_pytorch_example() {
    return {.image_height = 100,
            .image_width = 100,
            .patch_size = 10,
            .width = 128,
            .depth = 12,
            .heads = 8,
            .head_width = 64,
            .hidden = 256,
            .classes = 10,
            .patch_order = PatchOrder::p1_p2_c,
            .qkv_bias = false,
            .final_norm = FinalNorm::after_pooling,
            .eps = 1e-5};
}

/// The models of other tutorials: the same code with other options.
void print_other_models(std::size_t seed) {
    fmt::print("\nOther options, the same code:\n");
    VitConfig three_classes = vit_preset("vit_base_patch16");
    three_classes.classes = 3;
    print_run("ViT-B/16, 3 classes, a batch of 32", run_model(three_classes, 32, seed));
    print_run("vit-pytorch: 100 px, patches of 10, 8 heads", run_model(vit_pytorch_example(), 2, seed));
    print_run("patches of 56, LayerNorm around the projection",
              run_model({.patch_size = 56, .classes = 3, .patch_norm = true}, 1, seed));
}

void run_chapter(CommandLine& line) {
    std::string model = "vit_base_patch16";
    line.read_first(
        option("model", model, fmt::format("the sizes to start from: {}", fmt::join(vit_preset_names(), ", "))));
    VitConfig config = vit_preset(model);
    config.classes = 3;
    std::size_t batch = 1, seed = 1;
    bool summary = false;
    std::string diagram;
    line.size("batch", batch, "B, images in the batch")
        .image_size(config.image_height, config.image_width)
        .add(named_options(config), {"image_height", "image_width"})
        .option("seed", seed, "seed of the random images and weights", any_number)
        .flag("summary", summary, "print the model as a table")
        .add(diagram_option(diagram))
        .parse();

    const Trace trace = run_model(config, batch, seed);
    fmt::print("{}", summary ? summary_table(trace)
                             : shape_lines({input_of("images", "B C H W", trace.input), folded(trace)}));
    if (!line.any_given()) print_other_models(seed);
    if (!diagram.empty()) write_diagram(trace, diagram);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 6: the whole Vision Transformer, from images to a score for each class.",
                       run_chapter);
}
