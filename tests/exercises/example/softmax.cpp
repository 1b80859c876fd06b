// A reader's file, for the page on exercises: 3.1 with a mistake, 3.2 not written yet.
#include "03_attention/softmax.h"

#include "common/program/not_done.h"

#include "common/tensor/axes.h"
#include "common/tensor/elementwise.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

/// The axes of attention weights, or the last of them: queries M, keys N.
template <std::size_t Rank>
std::string letters() {
    return std::string("BAMN").substr(4 - Rank);
}

}  // namespace

// Exercise 3.1 softmax_forward (easy, 10 minutes)
/// x (..., N) -> y (..., N). Rank 1 to 4. In xtensor, and many times slower:
///     powers = exp(x - amax(x)), y = powers / sum(powers), amax and sum along the last axis
template <std::size_t Rank>
Tensor<Rank> softmax_forward(const Tensor<Rank>& x) {
    Tensor<Rank> y = x;
    for_each_row(x, [&](std::size_t r) {
        const std::span<const Scalar> x_row = row_of(x, r);
        const std::span<Scalar> y_row = row_of(y, r);
        Scalar largest = 0;
        for (Scalar number : x_row) largest = std::max(largest, number);
        Scalar sum = 0;
        for (std::size_t n = 0; n < x_row.size(); ++n) sum += std::exp(x_row[n] - largest);
        for (std::size_t n = 0; n < x_row.size(); ++n) y_row[n] = std::exp(x_row[n] - largest) / sum;
    });
    return y;
}

// Exercise 3.2 softmax_backward (medium, 15 minutes)
/// From the output y of the forward pass and dy returns dx, all (..., N):
///     dx_j = y_j (dy_j - sum_k y_k dy_k)
/// because ∂y_k/∂x_j = y_k (1 if j = k, else 0) - y_k y_j: the shares sum to 1, so what one gains the others lose.
template <std::size_t Rank>
Tensor<Rank> softmax_backward(const Tensor<Rank>& y, const Tensor<Rank>& dy) {
    Axes("softmax_backward").check("y", letters<Rank>(), y).check("dy", letters<Rank>(), dy);
    throw NotDone("3.2 softmax_backward");
}

template Tensor<1> softmax_forward(const Tensor<1>&);
template Tensor<2> softmax_forward(const Tensor<2>&);
template Tensor<3> softmax_forward(const Tensor<3>&);
template Tensor<4> softmax_forward(const Tensor<4>&);
template Tensor<1> softmax_backward(const Tensor<1>&, const Tensor<1>&);
template Tensor<2> softmax_backward(const Tensor<2>&, const Tensor<2>&);
template Tensor<3> softmax_backward(const Tensor<3>&, const Tensor<3>&);
template Tensor<4> softmax_backward(const Tensor<4>&, const Tensor<4>&);

}  // namespace vit
