#include "03_attention/softmax.h"

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

// #region exercise 3.1 softmax_forward (easy, 10 minutes)
template <std::size_t Rank>
Tensor<Rank> softmax_forward(const Tensor<Rank>& x) {
    Tensor<Rank> y(x.shape());  // x's shape
    for_each_row(x, [&](std::size_t r) {
        const std::span<const Scalar> x_row = row_of(x, r);
        const std::span<Scalar> y_row = row_of(y, r);
        const Scalar largest = largest_of(x_row);      // 1. Subtracted, so that no exponential is above 1.
        exponentials(x_row, largest, y_row);           // 2. y_j = exp(x_j - largest)
        const Scalar sum = sum_of(y_row);              // 3. At least 1: the largest number's exponential.
        for (Scalar& share : y_row) share *= 1 / sum;  // 4. Shares of the sum.
    });
    return y;
}
// #endregion

// #region exercise 3.2 softmax_backward (medium, 15 minutes)
template <std::size_t Rank>
Tensor<Rank> softmax_backward(const Tensor<Rank>& y, const Tensor<Rank>& dy) {
    Axes("softmax_backward").check("y", letters<Rank>(), y).check("dy", letters<Rank>(), dy);
    Tensor<Rank> dx(y.shape());  // y's shape
    for_each_row(y, [&](std::size_t r) {
        const std::span<const Scalar> y_row = row_of(y, r), dy_row = row_of(dy, r);
        const std::span<Scalar> dx_row = row_of(dx, r);
        const Scalar average = dot_of(y_row, dy_row);  // 1. For each row: sum_k y_k dy_k.
        // 2. dx_j = y_j (dy_j - that sum)
        for (std::size_t j = 0; j < y_row.size(); ++j) dx_row[j] = y_row[j] * (dy_row[j] - average);
    });
    return dx;
}
// #endregion

template Tensor<1> softmax_forward(const Tensor<1>&);
template Tensor<2> softmax_forward(const Tensor<2>&);
template Tensor<3> softmax_forward(const Tensor<3>&);
template Tensor<4> softmax_forward(const Tensor<4>&);
template Tensor<1> softmax_backward(const Tensor<1>&, const Tensor<1>&);
template Tensor<2> softmax_backward(const Tensor<2>&, const Tensor<2>&);
template Tensor<3> softmax_backward(const Tensor<3>&, const Tensor<3>&);
template Tensor<4> softmax_backward(const Tensor<4>&, const Tensor<4>&);

}  // namespace vit
