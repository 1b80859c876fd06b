// Published weights in the model of this project, whatever library wrote them.
//
//     file -> recognise its dialect -> find every tensor of the model by its translated name -> sizes from the shapes
//          -> copy: parts one below the other, patch vectors in the order (c p1 p2)
//
// All or nothing: a file with a tensor too few, too many or of the wrong shape gives no model but a message.
#pragma once

#include "06_vit_head/vit.h"
#include "08_pretrained/pretrained_config.h"

namespace vit {

/// A model that was read, and from what.
struct Pretrained {
    Vit model;
    Dialect dialect;
    std::string recognised_by;                  // the name of a tensor in the file
    bool has_head;                              // false: the file has none, and the model's is zero
    std::vector<std::string> class_names = {};  // if 07_training wrote the file
};

/// Reads a model from a safetensors file in one of the four dialects. Its patch vectors have the order (c p1 p2),
/// whatever the file's. Not used are the tensors "pooler.*" of Hugging Face, "adamw.*" of 07_training, and those
/// without numbers. Throws std::runtime_error, which begins with the file's name, also if a number is not finite:
///
///     F.safetensors: torchvision (by conv_proj.weight): encoder.ln.weight has shape (7), expected (8)
///     F.safetensors: timm (by patch_embed.proj.weight): missing: norm.bias; left over: ls1, ls2, ls3 and 9 more
Pretrained load_pretrained(const std::string& path, const PretrainedOptions& options = {});

}  // namespace vit
