// Gradient clipping: one batch that asks for a huge step may not have it.
//
//     norm = √(sum of all squared gradients)        g <- g largest_norm / norm, where norm is above largest_norm
//
// All gradients together are one vector, which keeps its direction. Pascanu, Mikolov and Bengio 2013, algorithm 1.
#pragma once

#include "common/tensor/parameters.h"

namespace vit {

/// Makes all gradients together, seen as one vector, no longer than `largest_norm`; 0: as long as they are. Returns how
/// long they were. A length that is not finite cannot be mended: the gradients then stay as they are.
double clip_gradients(const Parameters& gradients, double largest_norm);

}  // namespace vit
