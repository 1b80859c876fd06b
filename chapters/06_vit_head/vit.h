// The Vision Transformer: from images to one score for each class.
//
//     images (B, C, H, W) -> patch embeddings (B, N, D) -> tokens (B, T, D) -> L blocks -> LayerNorm -> pooled (B, D)
//         -> logits (B, Y)
//
// Vision Transformer paper (Dosovitskiy et al. 2020), equations 1 to 4 and figure 1. Nothing here is new: the model is
// the layers of chapters 1 to 5 in a row, and one Linear at the end.
#pragma once

#include <optional>

#include "02_class_token_and_position/dropout.h"
#include "02_class_token_and_position/tokens.h"
#include "05_encoder/encoder.h"
#include "06_vit_head/variants/normed_patch_embedding.h"
#include "06_vit_head/vit_config.h"

namespace vit {

struct Vit {
    VitConfig config;
    PatchEmbedding patch_embedding;
    std::optional<PatchNorms> patch_norms;  // a variant: LayerNorms around the patch embedding's projection
    Tokens tokens;
    Encoder encoder;
    LayerNorm norm;
    Linear head;  // (Y, D), (Y)
};

struct VitCache {
    PatchEmbeddingCache patch_embedding;
    PatchNormsCache patch_norms;
    DropoutCache<3> embedding_dropout;
    EncoderCache encoder;
    LayerNormCache norm;
    Shape encoded;     // (B, T, D)
    Tensor<2> pooled;  // (B, D), the head's input
};

/// A model with all parameters zero. A gradient has the same type, so this is also how a gradient starts. Throws
/// std::invalid_argument if the config's sizes do not fit together.
Vit make_vit(const VitConfig& config);

/// Random parameters as in the paper's code: see the layers; the head is zero, so that at first every class gets the
/// same score.
void initialise(Vit& p, Rng& rng);

/// Every parameter under timm's name: "cls_token", "pos_embed", "patch_embed.proj.weight", "blocks.0.norm1.weight",
/// ..., "norm.weight", "norm.bias", "head.weight", "head.bias".
Parameters named_parameters(Vit& p);

/// images (B, C, H, W) -> logits (B, Y). Dropout acts only where random numbers are given (rng != nullptr: training).
/// Inference needs no more than one block's cache: Keep::one_block.
Tensor<2> vit_forward(const Vit& p, const Tensor<4>& images, VitCache& cache, Rng* rng = nullptr,
                      Keep keep = Keep::everything);

/// From dlogits (B, Y) returns dL/dimages (B, C, H, W) and adds all parameters' gradients to grad.
Tensor<4> vit_backward(const Vit& p, const VitCache& cache, const Tensor<2>& dlogits, Vit& grad);

}  // namespace vit
