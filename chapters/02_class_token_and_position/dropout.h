// Dropout: while training, every number is set to zero with probability p, and the others are divided by 1 - p.
//
//     y = x * scale        scale: 0, or 1 / (1 - p), drawn anew at every pass
//
// The division keeps the expected value, so that nothing has to change at inference: there, dropout does nothing.
// Srivastava et al. 2014, in the "inverted" form that frameworks use.
#pragma once

#include "common/tensor/random.h"
#include "common/tensor/tensor.h"

namespace vit {

/// What dropout did in the forward pass.
template <std::size_t Rank>
struct DropoutCache {
    Tensor<Rank> scale;  // x's shape: 0 or 1 / (1 - p)
    bool active = false;
};

/// Does dropout do anything here? Not without random numbers (rng == nullptr: inference), and not with p = 0.
bool drops(double p, const Rng* rng);

/// Throws std::invalid_argument "WHO: ..." unless 0 <= p < 1.
void check_dropout(const char* who, double p);

/// x -> y, of the same shape; y = x where it does not drop. Rank 3 and 4. Throws std::invalid_argument unless 0 <= p
/// < 1.
template <std::size_t Rank>
Tensor<Rank> dropout_forward(double p, Tensor<Rank> x, DropoutCache<Rank>& cache, Rng* rng);

/// dx = dy * scale: what was dropped gets no gradient, what was kept gets the same factor.
template <std::size_t Rank>
Tensor<Rank> dropout_backward(const DropoutCache<Rank>& cache, Tensor<Rank> dy);

}  // namespace vit
