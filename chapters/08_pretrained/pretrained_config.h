// The config of a published model, as far as its file tells it: the form from the names, the sizes from the shapes.
//
//     D, C, P   patch_embed.proj.weight (D, C, P, P); vit-pytorch's is (D, P P C)
//     T         pos_embed (1, T, D), vit-pytorch's also (T, D); H and W follow if the patches make a square
//     L         the number of blocks
//     A K       blocks.0.attn.qkv.weight (3AK, D)
//     F         blocks.0.mlp.fc1.weight (F, D)
//     Y         head.weight (Y, D)
//
// How many heads there are no shape tells: one and twelve have the same tensors. Published models have heads of 64
// numbers, or if that would be more than 16, 16 wider ones. Nor does a file say its LayerNorm's eps or its GELU: they
// are those of the library's models.
#pragma once

#include <map>
#include <optional>

#include "06_vit_head/vit_config.h"
#include "08_pretrained/dialect.h"

namespace vit {

/// What a file does not say, or not for sure.
struct PretrainedOptions {
    std::size_t heads = 0;         // A; 0: as many as published models of the width have
    std::size_t image_height = 0;  // H and W of the images that the file's positions are for; 0: the patches of an
    std::size_t image_width = 0;   //     image are as many down as across
    std::size_t channels = 0;      // C of vit-pytorch's models; 0: 3 if the patch is a square then, else 1, else 2
    std::size_t classes = 1;       // Y of the head that a file without one gets
    std::optional<Pooling> pooling = {};  // nothing: the class token if there is one, else the mean
    std::optional<Gelu> gelu = {};        // nothing: the exact one
    std::optional<double> eps = {};       // nothing: that of the library's models
};

/// What the names in a file say of its model; the sizes are not set. A checkpoint of 07_training says all in its
/// metadata, the sizes too. Throws std::runtime_error if this project's model cannot have the form.
VitConfig form_of(const PublishedFile& file, const std::map<std::string, std::string>& metadata);

/// The form with its sizes set from the shapes. All tensors that the form has must be in the file. Throws
/// std::runtime_error if a shape cannot be read so, if heads of 64 do not fit or the patches make no square and nothing
/// else is given.
VitConfig with_sizes(const PublishedFile& file, VitConfig form, const PretrainedOptions& options);

/// Does a file's metadata say the config?
bool says_config(const std::map<std::string, std::string>& metadata);

}  // namespace vit
