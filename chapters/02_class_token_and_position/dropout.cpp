#include "02_class_token_and_position/dropout.h"

#include <fmt/core.h>

#include <stdexcept>

namespace vit {

bool drops(double p, const Rng* rng) {
    return rng != nullptr && p > 0;
}

void check_dropout(const char* who, double p) {
    if (!(p >= 0 && p < 1)) {
        throw std::invalid_argument(
            fmt::format("{}: a dropout probability must be at least 0 and below 1, but it is {}", who, p));
    }
}

// #region exercise 2.3 dropout_forward (easy, 10 minutes)
template <std::size_t Rank>
Tensor<Rank> dropout_forward(double p, Tensor<Rank> x, DropoutCache<Rank>& cache, Rng* rng) {
    check_dropout("dropout_forward", p);
    cache.active = drops(p, rng);
    if (!cache.active) return x;

    // 1. Each number is dropped with probability p; those that stay make up for it.
    const Scalar kept = static_cast<Scalar>(1 / (1 - p));
    cache.scale.resize(x.shape());  // x's shape
    for (Scalar& scale : cache.scale) scale = rng->uniform() < p ? 0 : kept;
    // 2. y = x * scale.
    x *= cache.scale;
    return x;
}
// #endregion

// #region exercise 2.4 dropout_backward (easy, 5 minutes)
template <std::size_t Rank>
Tensor<Rank> dropout_backward(const DropoutCache<Rank>& cache, Tensor<Rank> dy) {
    if (!cache.active) return dy;
    if (dy.shape() != cache.scale.shape()) {
        throw std::invalid_argument(fmt::format("dropout_backward: dy has shape {}, but the forward pass had {}",
                                                to_string(shape_of(dy)), to_string(shape_of(cache.scale))));
    }
    // 2. dx = dy * scale.
    dy *= cache.scale;
    return dy;
}
// #endregion

template Tensor<3> dropout_forward(double, Tensor<3>, DropoutCache<3>&, Rng*);
template Tensor<4> dropout_forward(double, Tensor<4>, DropoutCache<4>&, Rng*);
template Tensor<3> dropout_backward(const DropoutCache<3>&, Tensor<3>);
template Tensor<4> dropout_backward(const DropoutCache<4>&, Tensor<4>);

}  // namespace vit
