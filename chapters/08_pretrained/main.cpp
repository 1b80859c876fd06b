// Chapter 8: weights that others have trained, read from the files of four libraries.
//     in   a weight file
//     out  a model that computes what it did where it was trained
#include <fmt/core.h>

#include "08_pretrained/pretrained.h"
#include "08_pretrained/save_pretrained.h"
#include "common/files/files.h"
#include "common/program/program.h"
#include "common/report/text.h"
#include "common/tensor/comparison.h"

using namespace vit;

namespace {

Tensor<2> logits_of(const Vit& model, const Tensor<4>& images) {
    VitCache cache;
    return vit_forward(model, images, cache, nullptr, Keep::one_block);  // (B, Y)
}

/// A small model of the form that a library's models have.
VitConfig small_config(Dialect dialect) {
    VitConfig config{.image_height = 32,
                     .image_width = 32,
                     .patch_size = 8,
                     .width = 128,
                     .depth = 2,
                     .heads = 2,
                     .hidden = 256,
                     .classes = 10,
                     .eps = eps_of(dialect)};
    config.patch_norm = dialect == Dialect::vit_pytorch;
    config.qkv_bias = dialect != Dialect::vit_pytorch;
    return config;
}

Vit random_model(const VitConfig& config, Rng& rng) {
    Vit model = make_vit(config);
    for (const Parameter& parameter : named_parameters(model)) rng.fill_normal(parameter.values, 0, Scalar(0.1));
    return model;
}

/// Every tensor of one block and of what stands around it, in the words of a dialect.
void print_names(Vit& model, Dialect dialect) {
    for (const Parameter& parameter : named_parameters(model)) {
        if (parameter.name.starts_with("blocks.") && !parameter.name.starts_with("blocks.0.")) continue;
        const char* ours = parameter.name.c_str();
        for (const std::string& name : translate(parameter.name, dialect).front()) {
            fmt::print("  {:26}  {}\n", ours, name);
            ours = "";
        }
    }
}

/// A small model goes through a file of each dialect and comes back as it was.
void show_dialects(std::size_t seed) {
    const TemporaryFolder folder;
    Rng rng(seed);
    for (const Dialect dialect : dialects) {
        Vit model = random_model(small_config(dialect), rng);
        const VitConfig& c = model.config;
        const Tensor<4> images = rng.normal_tensor<4>({2, c.channels, c.image_height, c.image_width});
        const std::string path = folder.file("model.safetensors");
        save_pretrained(path, model, dialect);
        const Pretrained read = load_pretrained(path);
        require_same(name_of(dialect), logits_of(read.model, images), logits_of(model, images), "BY", 0);
        fmt::print("{} (by {}): the logits are equal\n", name_of(read.dialect), read.recognised_by);
        print_names(model, dialect);
    }
}

void print_pretrained(Pretrained& p) {
    const VitConfig& c = p.model.config;
    fmt::print("{} (by {})\n", name_of(p.dialect), p.recognised_by);
    fmt::print("image {} x {}, channels {}, patch {}, width {}, depth {}, heads {}, hidden {}, ", c.image_height,
               c.image_width, c.channels, c.patch_size, c.width, c.depth, c.heads, c.hidden);
    fmt::print("{}\n", p.has_head ? fmt::format("classes {}", c.classes) : "no head");
    fmt::print("{} parameters\n", with_thousands(parameter_count(named_parameters(p.model))));
}

void run_chapter(CommandLine& line) {
    std::string weights;
    PretrainedOptions options;
    std::size_t seed = 1;
    line.option("weights", weights, "a safetensors file of timm, torchvision, Hugging Face or vit-pytorch")
        .option("heads", options.heads, "A, attention heads; 0: as many as there are heads of width 64")
        .image_size(options.image_height, options.image_width, "of the images that the file's positions are for")
        .option("seed", seed, "seed of the random models without --weights", any_number)
        .parse();
    if (weights.empty()) return show_dialects(seed);
    Pretrained pretrained = load_pretrained(weights, options);
    print_pretrained(pretrained);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(
        argc, argv, "Chapter 8: weights that others have trained, read from the files of four libraries.", run_chapter);
}
