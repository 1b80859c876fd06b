#include "03_attention/layer_norm.h"

#include <cmath>

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

Tensor<3> layer_norm_forward(const LayerNorm& p, const Tensor<3>& x, LayerNormCache& cache) {
    Axes axes("layer_norm_forward");
    axes.check("x", "BND", x).check("weight", "D", p.weight).check("bias", "D", p.bias);
    const std::size_t width = axes['D'];
    const auto count = static_cast<Scalar>(width);
    const std::span<const Scalar> weight = row(p.weight, std::size_t(0)), bias = row(p.bias, std::size_t(0));  // (D)

    Tensor<3> y(x.shape());              // (B, N, D)
    cache.normalised.resize(x.shape());  // (B, N, D)
    cache.inverse_std.resize({axes['B'], axes['N']});
    for_each_row(x, [&](std::size_t r) {
        const std::span<const Scalar> x_row = row(x, r);
        const std::span<Scalar> normalised = row(cache.normalised, r), y_row = row(y, r);

        // 1. The mean of the row.
        Scalar sum = 0;
#pragma omp simd reduction(+ : sum)
        for (std::size_t d = 0; d < width; ++d) sum += x_row[d];
        const Scalar mean = sum / count;

        // 2. The variance: divided by D, not by D - 1.
        Scalar squares = 0;
#pragma omp simd reduction(+ : squares)
        for (std::size_t d = 0; d < width; ++d) squares += (x_row[d] - mean) * (x_row[d] - mean);
        const Scalar inverse_std = 1 / std::sqrt(squares / count + static_cast<Scalar>(p.eps));
        cache.inverse_std.data()[r] = inverse_std;

        // 3. Normalise, then scale and shift.
        for (std::size_t d = 0; d < width; ++d) {
            normalised[d] = (x_row[d] - mean) * inverse_std;
            y_row[d] = weight[d] * normalised[d] + bias[d];
        }
    });
    return y;
}

Tensor<3> layer_norm_backward(const LayerNorm& p, const LayerNormCache& cache, const Tensor<3>& dy, LayerNorm& grad) {
    Axes axes("layer_norm_backward");
    axes.check("normalised", "BND", cache.normalised).check("dy", "BND", dy).check("weight", "D", p.weight);
    axes.check("inverse_std", "BN", cache.inverse_std);
    axes.check("grad.weight", "D", grad.weight).check("grad.bias", "D", grad.bias);
    const std::size_t width = axes['D'];
    const auto count = static_cast<Scalar>(width);
    const std::span<const Scalar> weight = row(p.weight, std::size_t(0));  // (D)
    const std::span<Scalar> dweight = row(grad.weight, std::size_t(0)), dbias = row(grad.bias, std::size_t(0));

    Tensor<3> dx(dy.shape());  // (B, N, D)
    for (std::size_t r = 0; r < row_count(dy); ++r) {
        const std::span<const Scalar> dy_row = row(dy, r), normalised = row(cache.normalised, r);
        const std::span<Scalar> dx_row = row(dx, r);

        // 3. Scale and shift: both parameters are shared by all rows.
        for (std::size_t d = 0; d < width; ++d) {
            dweight[d] += dy_row[d] * normalised[d];
            dbias[d] += dy_row[d];
        }
        Scalar sum = 0, sum_along = 0;  // of dnormalised = weight * dy, and of dnormalised * normalised
#pragma omp simd reduction(+ : sum, sum_along)
        for (std::size_t d = 0; d < width; ++d) {
            sum += weight[d] * dy_row[d];
            sum_along += weight[d] * dy_row[d] * normalised[d];
        }
        // 2, 1. x also moves the row's variance and mean. A step that shifts the whole row, or scales it, changes
        // nothing: these two directions are taken out of the gradient.
        const Scalar mean = sum / count, along = sum_along / count, inverse_std = cache.inverse_std.data()[r];
        for (std::size_t d = 0; d < width; ++d) {
            dx_row[d] = inverse_std * (weight[d] * dy_row[d] - mean - normalised[d] * along);
        }
    }
    return dx;
}

}  // namespace vit
