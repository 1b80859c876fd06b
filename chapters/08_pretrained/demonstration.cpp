#include "08_pretrained/demonstration.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "07_training/evaluate.h"
#include "08_pretrained/image_size.h"
#include "08_pretrained/library_defaults.h"
#include "08_pretrained/parity_dial.h"
#include "08_pretrained/pretrained.h"
#include "08_pretrained/save_pretrained.h"
#include "common/files/files.h"
#include "common/tensor/comparison.h"

namespace vit {
namespace {

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
    for (const Parameter& parameter : named_parameters(model)) rng.fill_normal(parameter.values, 0, Scalar(0.2));
    return model;
}

Tensor<4> random_images(const VitConfig& c, std::size_t count, Rng& rng) {
    return rng.normal_tensor<4>({count, c.channels, c.image_height, c.image_width});  // (B, C, H, W)
}

void print_names_of_block() {
    fmt::print("The tensors of block number #, in four languages:\n\n");
    for (const NameRow& row : name_table()) {
        if (!row[Dialect::timm].starts_with("blocks.")) continue;
        for (const Dialect dialect : dialects) fmt::print("  {:12}  {}\n", name_of(dialect), row[dialect]);
        fmt::print("\n");
    }
}

/// A small model goes through a file of each dialect and must come back as it was.
void print_round_trips(Rng& rng) {
    const TemporaryFolder folder;
    for (const Dialect dialect : dialects) {
        const Vit model = random_model(small_config(dialect), rng);
        const Tensor<4> images = random_images(model.config, 2, rng);  // (B, C, H, W)
        const std::string path = folder.file("model.safetensors");
        save_pretrained(path, model, dialect);
        const Pretrained read = load_pretrained(path);
        require_same(name_of(dialect), predict(read.model, images), predict(model, images), "BY", 0);
        fmt::print("Written for {}, recognised by {}: the logits are equal.\n", name_of(read.dialect),
                   read.recognised_by);
    }
}

/// Positions as trained ones are: places that are near each other have vectors that are alike. (1, N, 2)
Tensor<3> smooth_positions(PatchGrid grid) {
    Tensor<3> positions = uninitialised<3>({1, grid.rows * grid.columns, 2});
    for (std::size_t n = 0; n < grid.rows * grid.columns; ++n) {
        positions(0, n, 0) = static_cast<Scalar>(n / grid.columns);
        positions(0, n, 1) = static_cast<Scalar>(n % grid.columns);
    }
    return positions;
}

/// Each position of the small grid is the number of its row and of its column, so one can see what becomes of it.
void print_resized(PositionResize how, PatchGrid from, PatchGrid to) {
    const Tensor<3> resized = resize_positions(how, smooth_positions(from), from, to);  // (1, N, 2)
    fmt::print("  {:23}", position_resize_names.at(static_cast<std::size_t>(how)));
    for (std::size_t n = 0; n < to.rows * to.columns; ++n)
        fmt::print("{}({:.2f} {:.2f})", n > 0 && n % to.columns == 0 ? "   " : " ", resized(0, n, 0), resized(0, n, 1));
    fmt::print("\n");
}

void print_positions() {
    const PatchGrid from{3, 3}, to{2, 2};
    fmt::print("\nPositions (row column) of a grid of 3 x 3 patches, for one of 2 x 2:\n\n");
    for (std::size_t i = 0; i < position_resize_names.size(); ++i)
        print_resized(static_cast<PositionResize>(i), from, to);
}

void print_dial(Rng& rng) {
    const Vit model = random_model(small_config(Dialect::timm), rng);
    const Tensor<4> images = random_images(model.config, 20, rng);  // (B, C, H, W)
    fmt::print("\nOne detail at a time set otherwise, on 20 images:\n\n{}", to_string(turn_dial(model, images), 20));
}

}  // namespace

void demonstrate(std::size_t seed) {
    Rng rng(seed);
    print_names_of_block();
    print_round_trips(rng);
    print_positions();
    print_dial(rng);
}

}  // namespace vit
