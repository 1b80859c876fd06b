// Linear: y = x weightᵀ + bias, the same for every row of x.
//
//     x (..., I)  ->  y (..., O)        weight (O, I), bias (O)
//
// The layer that holds nearly all parameters of a Transformer. The leading axes do not matter to it: a token is a row.
#pragma once

#include "common/tensor/parameters.h"
#include "common/tensor/random.h"
#include "common/tensor/tensor.h"

namespace vit {

struct Linear {
    Tensor<2> weight;  // (O, I)
    Tensor<1> bias;    // (O), or (0): no bias is added
};

/// A Linear with all parameters zero. A gradient has the same type, so this is also how a gradient starts.
Linear make_linear(std::size_t inputs, std::size_t outputs, bool bias = true);

/// Xavier's uniform distribution (Glorot and Bengio 2010, equation 16): weights in +-sqrt(6 / (I + O)), bias zero. A
/// weight that holds several matrices, one below the other, counts the outputs of one of them: O / matrices.
void initialise(Linear& p, Rng& rng, std::size_t matrices = 1);

/// The parameters as (name, shape, numbers): "weight" and, if there is one, "bias".
Parameters named_parameters(Linear& p);

/// x (..., I) -> y (..., O). Rank 2 and 3. Throws std::invalid_argument if a shape does not fit.
template <std::size_t Rank>
Tensor<Rank> linear_forward(const Linear& p, const Tensor<Rank>& x);

/// From dy (..., O) returns dx (..., I) and adds dL/dweight and dL/dbias to grad. `x` is the input of the forward pass.
template <std::size_t Rank>
Tensor<Rank> linear_backward(const Linear& p, const Tensor<Rank>& x, const Tensor<Rank>& dy, Linear& grad);

}  // namespace vit
