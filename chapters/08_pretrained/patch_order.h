// The order of the numbers in a patch vector, changed in a model without changing what the model computes.
#pragma once

#include "06_vit_head/vit.h"

namespace vit {

/// Moves the numbers of the patch projection, and of the LayerNorm in front of it if there is one, to where patch
/// vectors of this order need them. In the order (c p1 p2) a row of the projection is a filter of a convolution.
void change_patch_order(Vit& model, PatchOrder order);

}  // namespace vit
