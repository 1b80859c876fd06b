// The sizes and variants of a Vision Transformer. The defaults are the paper's (for the GELU, the definition: the
// paper's own code computes the tanh form).
//
// Tutorials and libraries differ in these; the table in docs/06_vit_head.md says who chose what.
#pragma once

#include <string>
#include <vector>

#include "01_patch_embedding/patch_embedding.h"
#include "05_encoder/block.h"
#include "common/program/options.h"

namespace vit {

/// Which vector speaks for the image.
enum class Pooling {
    class_token,            // the class token's, the paper's choice
    mean,                   // the mean of all tokens; there is no class token then
    mean_with_class_token,  // the mean of all tokens, the class token among them: vit-pytorch's "mean" until 2025
};
inline const std::vector<std::string> pooling_names{"class_token", "mean", "mean_with_class_token"};

/// Where the last LayerNorm stands.
enum class FinalNorm { before_pooling, after_pooling };
inline const std::vector<std::string> final_norm_names{"before_pooling", "after_pooling"};

struct VitConfig {
    std::size_t image_height = 224;  // H
    std::size_t image_width = 224;   // W
    std::size_t channels = 3;        // C
    std::size_t patch_size = 16;     // P
    std::size_t width = 768;         // D
    std::size_t depth = 12;          // L
    std::size_t heads = 12;          // A
    std::size_t head_width = 0;      // K; 0: D / A
    std::size_t hidden = 3072;       // F
    std::size_t classes = 1000;      // Y

    PatchOrder patch_order = PatchOrder::c_p1_p2;
    bool patch_norm = false;           // LayerNorms before and after the patch projection?
    bool qkv_bias = true;              // a bias in the qkv Linear?
    bool attention_projection = true;  // false is possible for one head of width D
    std::size_t attention_tile = 0;    // tokens in a tile of attention; 0: all at once. The result is the same
    Pooling pooling = Pooling::class_token;
    FinalNorm final_norm = FinalNorm::before_pooling;
    double eps = 1e-6;  // of every LayerNorm
    Gelu gelu = Gelu::erf;

    double embedding_dropout = 0;   // of the tokens, after the positions are added
    double attention_dropout = 0;   // of the attention weights
    double projection_dropout = 0;  // of the attention's output
    double mlp_dropout = 0;         // after the GELU, and of the MLP's output

    bool has_class_token() const { return pooling != Pooling::mean; }
    std::size_t patches() const { return (image_height / patch_size) * (image_width / patch_size); }  // N
    std::size_t tokens() const { return patches() + (has_class_token() ? 1 : 0); }                    // T
};

/// Every field by name. The config must live as long as the list.
Options named_options(VitConfig& config);

/// The published sizes, at 224 px and 1000 classes: vit_tiny_patch16, vit_small_patch16, vit_base_patch16,
/// vit_base_patch32, vit_large_patch16, vit_huge_patch14. Throws std::invalid_argument for another name.
VitConfig vit_preset(const std::string& name);
std::vector<std::string> vit_preset_names();

/// How many heads a published model has whose heads together have so many numbers: as many as there are of 64, but at
/// most 16. (The paper's H and larger models have 16 that are wider.) 0 if they are not of 64.
std::size_t usual_heads(std::size_t numbers);

/// Throws std::invalid_argument if the sizes do not fit together; says which. patches() and tokens() need a config that
/// passes.
void check(const VitConfig& config);

/// The parts of the config that chapter 1's layer and a block need.
PatchEmbeddingConfig patch_embedding_config(const VitConfig& config);
BlockConfig block_config(const VitConfig& config);

}  // namespace vit
