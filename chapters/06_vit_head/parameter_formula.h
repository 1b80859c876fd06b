// How many numbers a model learns, by the formula: without making the model.
//
//     patch embedding   D C P² + D
//     class token       D                     if there is one
//     positions         T D
//     patch norms       2 C P² + 2D           if there are any: before and after the patch embedding's Linear
//     each block        2 · 2D                two LayerNorms
//                       3AK D + 3AK           q, k and v of all heads
//                       D AK + D              the output projection
//                       F D + F + D F + D     the MLP
//     last LayerNorm    2D
//     head              Y D + Y
#pragma once

#include "06_vit_head/vit_config.h"

namespace vit {

/// The number of parameters of a model, as parameter_count(named_parameters(make_vit(config))) counts them. Throws
/// std::invalid_argument if the config's sizes do not fit together.
std::size_t parameters_by_formula(const VitConfig& config);

}  // namespace vit
