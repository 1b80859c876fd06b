#include "04_mlp/gelu.h"

#include <numbers>

#include "common/tensor/axes.h"
#include "common/tensor/elementwise.h"

namespace vit {
namespace {

constexpr Scalar half = 0.5, one = 1;
constexpr Scalar inverse_root_two = static_cast<Scalar>(std::numbers::sqrt2 / 2);
// Of the tanh form: √(2/π) and the weight of the cubic term.
constexpr Scalar tanh_scale = static_cast<Scalar>(std::numbers::sqrt2 * std::numbers::inv_sqrtpi);
constexpr Scalar cubic = Scalar(0.044715);
// Of the sigmoid form.
constexpr Scalar steepness = Scalar(1.702);

}  // namespace

Tensor<3> gelu_forward(const Tensor<3>& x, Gelu form) {
    switch (form) {
        case Gelu::erf:
            return elementwise(x, [](const auto& z) { return half * z * (one + xt::erf(z * inverse_root_two)); });
        case Gelu::tanh:
            return elementwise(
                x, [](const auto& z) { return half * z * (one + xt::tanh(tanh_scale * (z + cubic * z * z * z))); });
        case Gelu::sigmoid:
            return elementwise(x, [](const auto& z) { return z / (one + xt::exp(-steepness * z)); });
    }
    return x;
}

Tensor<3> gelu_backward(const Tensor<3>& x, const Tensor<3>& dy, Gelu form) {
    Axes("gelu_backward").check("x", "BNF", x).check("dy", "BNF", dy);
    switch (form) {
        case Gelu::erf: {
            // (x Φ)' = Φ + x φ, with the normal density φ(x) = exp(-x²/2) / √(2π).
            constexpr Scalar density_scale = static_cast<Scalar>(std::numbers::inv_sqrtpi / std::numbers::sqrt2);
            return dy * (half * (one + xt::erf(x * inverse_root_two)) + density_scale * x * xt::exp(-half * x * x));
        }
        case Gelu::tanh: {
            // With t = tanh(u): (x (1 + t) / 2)' = (1 + t) / 2 + x (1 - t²) u' / 2.
            const Tensor<3> t = xt::tanh(tanh_scale * (x + cubic * x * x * x));
            return dy * half * (one + t + x * (one - t * t) * tanh_scale * (one + 3 * cubic * x * x));
        }
        case Gelu::sigmoid: {
            // With s = σ(a x): (x s)' = s + a x s (1 - s).
            const Tensor<3> s = one / (one + xt::exp(-steepness * x));
            return dy * s * (one + steepness * x * (one - s));
        }
    }
    return dy;
}

}  // namespace vit
