#include "04_mlp/gelu.h"

#include <numbers>
#include <stdexcept>

#include "common/tensor/axes.h"
#include "common/tensor/elementwise.h"

namespace vit {
namespace {

constexpr Scalar half = 0.5, one = 1, two = 2, three = 3;

// Each form is x gate(x) with a gate of its own; slope is gate'(x), in terms of x and of the gate's value where that is
// shorter. `auto` is a vector register full of numbers, written as if it were one (common/tensor/elementwise.h).

struct ErfGate {
    static constexpr Scalar inverse_root_two = static_cast<Scalar>(std::numbers::sqrt2 / 2);
    static constexpr Scalar peak = static_cast<Scalar>(std::numbers::inv_sqrtpi / std::numbers::sqrt2);  // 1 / √(2π)

    // #region exercise 4.1 gate (easy, 5 minutes)
    static auto gate(auto x) -> decltype(x) {
        // 1. Φ(x) = (1 + erf(x / √2)) / 2. x is a register full of numbers: xsimd::erf, not std::erf.
        return half * (one + xsimd::erf(x * inverse_root_two));
    }
    // #endregion

    // #region exercise 4.2 slope (medium, 10 minutes)
    static auto slope(auto x, auto) -> decltype(x) {
        // 1. The slope of the gate alone: Φ'(x) = φ(x) = exp(-x² / 2) / √(2π), the normal density. xsimd::exp.
        return peak * xsimd::exp(-half * x * x);
    }
    // #endregion
};

struct TanhGate {
    static constexpr Scalar steepness = static_cast<Scalar>(std::numbers::sqrt2 * std::numbers::inv_sqrtpi);  // √(2/π)
    static constexpr Scalar cubic = Scalar(0.044715);

    static auto gate(auto x) -> decltype(x) {
        const auto u = steepness * (x + cubic * x * x * x);
        return half * (one + xsimd::tanh(u));
    }
    static auto slope(auto x, auto gate) -> decltype(x) {
        const auto du = steepness * (one + three * cubic * x * x);  // u'
        return two * gate * (one - gate) * du;                      // (1 - tanh² u) u' / 2
    }
};

struct SigmoidGate {
    static constexpr Scalar steepness = Scalar(1.702);

    static auto gate(auto x) -> decltype(x) { return one / (one + xsimd::exp(-steepness * x)); }  // σ(u), u = 1.702 x
    static auto slope(auto x, auto gate) -> decltype(x) { return gate * (one - gate) * steepness; }  // σ (1 - σ) u'
};

template <class Form>
Tensor<3> forward(const Tensor<3>& x) {
    return elementwise(x, [](auto z) { return z * Form::gate(z); });
}

template <class Form>
Tensor<3> backward(const Tensor<3>& x, const Tensor<3>& dy) {
    return elementwise(x, dy, [](auto z, auto upstream) {
        const auto gate = Form::gate(z);
        return upstream * (gate + z * Form::slope(z, gate));
    });
}

}  // namespace

Tensor<3> gelu_forward(Gelu form, const Tensor<3>& x) {
    switch (form) {
        case Gelu::erf:
            return forward<ErfGate>(x);
        case Gelu::tanh:
            return forward<TanhGate>(x);
        case Gelu::sigmoid:
            return forward<SigmoidGate>(x);
    }
    throw std::invalid_argument("gelu_forward: there is no such form");
}

Tensor<3> gelu_backward(Gelu form, const Tensor<3>& x, const Tensor<3>& dy) {
    Axes("gelu_backward").check("x", "BNF", x).check("dy", "BNF", dy);
    switch (form) {
        case Gelu::erf:
            return backward<ErfGate>(x, dy);
        case Gelu::tanh:
            return backward<TanhGate>(x, dy);
        case Gelu::sigmoid:
            return backward<SigmoidGate>(x, dy);
    }
    throw std::invalid_argument("gelu_backward: there is no such form");
}

}  // namespace vit
