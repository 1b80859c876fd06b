#include "03_attention/layer_norm.h"

#include <cmath>
#include <vector>

#include "common/tensor/axes.h"
#include "common/tensor/rows.h"

namespace vit {

LayerNorm make_layer_norm(std::size_t width, double eps) {
    return {.weight = zeros<1>({width}), .bias = zeros<1>({width}), .eps = eps};
}

void initialise(LayerNorm& p) {
    p.weight.fill(1);
    p.bias.fill(0);
}

Parameters named_parameters(LayerNorm& p) {
    return {parameter("weight", p.weight), parameter("bias", p.bias)};
}

// #region exercise 3.3 layer_norm_forward (medium, 15 minutes)
Tensor<3> layer_norm_forward(const LayerNorm& p, const Tensor<3>& x, LayerNormCache& cache) {
    Axes axes("layer_norm_forward");
    axes.check("x", "BND", x).check("weight", "D", p.weight).check("bias", "D", p.bias);
    const std::size_t D = axes['D'];
    const std::span<const Scalar> weight = numbers_of(p.weight), bias = numbers_of(p.bias);  // (D)

    Tensor<3> y(x.shape());                            // (B, N, D)
    cache.normalised.resize(x.shape());                // (B, N, D)
    cache.inverse_std.resize({axes['B'], axes['N']});  // (B, N)
    for_each_row(x, [&](std::size_t r) {
        const std::span<const Scalar> x_row = row_of(x, r);
        const std::span<Scalar> normalised = row_of(cache.normalised, r), y_row = row_of(y, r);

        // 1. For each row: its mean, taken away.
        const Scalar mean = sum_of(x_row) / static_cast<Scalar>(D);
        for (std::size_t d = 0; d < D; ++d) normalised[d] = x_row[d] - mean;
        // 2. Its variance, divided out. The sum of squares is divided by D, not by D - 1. The way back needs both
        //    results: make cache.normalised (B, N, D) and cache.inverse_std (B, N), and fill them.
        const Scalar variance = dot_of(normalised, normalised) / static_cast<Scalar>(D);
        const Scalar inverse_std = 1 / std::sqrt(variance + static_cast<Scalar>(p.eps));
        for (std::size_t d = 0; d < D; ++d) normalised[d] *= inverse_std;
        cache.inverse_std.data()[r] = inverse_std;
        // 3. The learned scale and shift: y.
        for (std::size_t d = 0; d < D; ++d) y_row[d] = weight[d] * normalised[d] + bias[d];
    });
    return y;
}
// #endregion

// #region exercise 3.4 layer_norm_backward (hard, 20 minutes)
Tensor<3> layer_norm_backward(const LayerNorm& p, const LayerNormCache& cache, const Tensor<3>& dy, LayerNorm& grad) {
    Axes axes("layer_norm_backward");
    axes.check("normalised", "BND", cache.normalised).check("dy", "BND", dy).check("weight", "D", p.weight);
    axes.check("inverse_std", "BN", cache.inverse_std);
    axes.check("grad.weight", "D", grad.weight).check("grad.bias", "D", grad.bias);
    const std::size_t D = axes['D'];
    const std::span<const Scalar> weight = numbers_of(p.weight);                               // (D)
    const std::span<Scalar> dweight = numbers_of(grad.weight), dbias = numbers_of(grad.bias);  // (D)

    Tensor<3> dx(dy.shape());            // (B, N, D)
    std::vector<Scalar> dnormalised(D);  // of one row
    for (std::size_t r = 0; r < row_count(dy); ++r) {
        const std::span<const Scalar> dy_row = row_of(dy, r), normalised = row_of(cache.normalised, r);
        const std::span<Scalar> dx_row = row_of(dx, r);
        const Scalar inverse_std = cache.inverse_std.data()[r];

        // 3. For each row, from the last step of the forward pass to the first. Scale and shift: both parameters are
        //    shared by all rows, so they collect from all.
        for (std::size_t d = 0; d < D; ++d) {
            dweight[d] += dy_row[d] * normalised[d];
            dbias[d] += dy_row[d];
        }
        for (std::size_t d = 0; d < D; ++d) dnormalised[d] = weight[d] * dy_row[d];
        // 2, 1. Variance and mean, both at once:
        //    dx = inverse_std (dnormalised - mean(dnormalised) - normalised mean(dnormalised normalised))
        const Scalar mean = sum_of(dnormalised) / static_cast<Scalar>(D);
        const Scalar mean_along = dot_of(dnormalised, normalised) / static_cast<Scalar>(D);
        for (std::size_t d = 0; d < D; ++d) {
            dx_row[d] = inverse_std * (dnormalised[d] - mean - normalised[d] * mean_along);
        }
    }
    return dx;
}
// #endregion

}  // namespace vit
