// How many numbers a model learns, by a formula.
//
//     patch embedding + class token + positions + L (norms + qkv + projection + MLP) + last norm + head
//
// For ViT-B/16 with three classes 85,800,963. Nothing is built for it: the largest model would take 2.6 GB.
#pragma once

#include "06_vit_head/vit_config.h"

namespace vit {

/// How many parameters the Vit of a config has that passes check(config). Options without parameters, such as dropout
/// and tiles, do not count.
std::size_t parameter_count_of(const VitConfig& config);

}  // namespace vit
