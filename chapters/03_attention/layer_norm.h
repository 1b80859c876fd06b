// LayerNorm: every row gets mean 0 and variance 1, then a learned scale and shift.
//
//     normalised = (x - mean) / sqrt(variance + eps)        mean and variance over the row's own D numbers
//     y          = weight * normalised + bias               x, y (..., D); weight, bias (D)
//
// Ba, Kiros and Hinton 2016, equations 3 and 4. No row sees another: not another token, not another image.
#pragma once

#include "common/tensor/parameters.h"
#include "common/tensor/tensor.h"

namespace vit {

struct LayerNorm {
    Tensor<1> weight;   // (D)
    Tensor<1> bias;     // (D)
    double eps = 1e-6;  // keeps the division finite where a row is constant
};

struct LayerNormCache {
    Tensor<3> normalised;   // (B, N, D), x with mean 0 and variance 1
    Tensor<2> inverse_std;  // (B, N), 1 / sqrt(variance + eps) of each row
};

/// All parameters zero: this is how a gradient starts.
LayerNorm make_layer_norm(std::size_t width, double eps = 1e-6);

/// weight 1, bias 0: at first the layer only normalises.
void initialise(LayerNorm& p);

/// "weight" and "bias".
Parameters named_parameters(LayerNorm& p);

/// x (B, N, D) -> y (B, N, D). In xtensor, and many times slower:
///     weight * (x - mean(x)) / sqrt(mean(square(x - mean(x))) + eps) + bias, the means along the last axis
/// The means need a name and a type before they are used: traps 1 and 2 of docs/xtensor.md.
Tensor<3> layer_norm_forward(const LayerNorm& p, const Tensor<3>& x, LayerNormCache& cache);

/// From dy (B, N, D) returns dx (B, N, D) and adds the parameters' gradients to grad. With dnormalised = weight dy,
///     dx = inverse_std (dnormalised - mean(dnormalised) - normalised mean(dnormalised normalised))
/// Adding a constant to a row, or scaling it, leaves its normalised numbers as they are (but for eps). So what
/// dnormalised has of these two directions, (1, ..., 1) and normalised, cannot change the loss: it is taken out.
Tensor<3> layer_norm_backward(const LayerNorm& p, const LayerNormCache& cache, const Tensor<3>& dy, LayerNorm& grad);

}  // namespace vit
