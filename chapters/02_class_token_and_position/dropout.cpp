#include "02_class_token_and_position/dropout.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {

template <std::size_t Rank>
Tensor<Rank> dropout_forward(double p, Tensor<Rank> x, Rng* rng, DropoutCache<Rank>& cache) {
    if (!(p >= 0 && p < 1))
        throw std::invalid_argument(
            fmt::format("dropout_forward: the probability must be at least 0 and below 1, but it is {}", p));
    cache.active = rng != nullptr && p > 0;
    if (!cache.active) return x;

    const Scalar kept = static_cast<Scalar>(1 / (1 - p));
    cache.scale.resize(x.shape());
    for (Scalar& scale : cache.scale) scale = rng->uniform() < p ? 0 : kept;
    x *= cache.scale;
    return x;
}

template <std::size_t Rank>
Tensor<Rank> dropout_backward(const DropoutCache<Rank>& cache, Tensor<Rank> dy) {
    if (!cache.active) return dy;
    if (dy.shape() != cache.scale.shape()) {
        throw std::invalid_argument(fmt::format("dropout_backward: dy has shape {}, but the forward pass had {}",
                                                to_string(shape_of(dy)), to_string(shape_of(cache.scale))));
    }
    dy *= cache.scale;
    return dy;
}

template Tensor<3> dropout_forward(double, Tensor<3>, Rng*, DropoutCache<3>&);
template Tensor<4> dropout_forward(double, Tensor<4>, Rng*, DropoutCache<4>&);
template Tensor<3> dropout_backward(const DropoutCache<3>&, Tensor<3>);
template Tensor<4> dropout_backward(const DropoutCache<4>&, Tensor<4>);

}  // namespace vit
