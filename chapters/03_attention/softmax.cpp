#include "03_attention/softmax.h"

#include "common/tensor/axes.h"
#include "common/tensor/elementwise.h"
#include "common/tensor/rows.h"

namespace vit {

template <std::size_t Rank>
Tensor<Rank> softmax_forward(Tensor<Rank> x) {
    // 1. Subtract each row's maximum.
    if (x.size() == 0) return x;
    for_each_row(x, [&](std::size_t r) {
        const std::span<Scalar> x_row = row(x, r);
        const Scalar maximum = largest(x_row);
        for (std::size_t j = 0; j < x_row.size(); ++j) x_row[j] -= maximum;
    });
    // 2. Exponentials.
    Tensor<Rank> y = elementwise(x, [](const auto& part) { return xt::exp(part); });
    // 3. Divide each row by its sum.
    for_each_row(y, [&](std::size_t r) {
        const std::span<Scalar> y_row = row(y, r);
        Scalar sum = 0;
#pragma omp simd reduction(+ : sum)
        for (std::size_t j = 0; j < y_row.size(); ++j) sum += y_row[j];
        const Scalar inverse = 1 / sum;
        for (std::size_t j = 0; j < y_row.size(); ++j) y_row[j] *= inverse;
    });
    return y;
}

template <std::size_t Rank>
Tensor<Rank> softmax_backward(const Tensor<Rank>& y, const Tensor<Rank>& dy) {
    const std::string letters = std::string("ABMN").substr(4 - Rank);
    Axes("softmax_backward").check("y", letters, y).check("dy", letters, dy);

    Tensor<Rank> dx(y.shape());
    for_each_row(y, [&](std::size_t r) {
        const std::span<const Scalar> y_row = row(y, r), dy_row = row(dy, r);
        const std::span<Scalar> dx_row = row(dx, r);
        // dy_i / dx_j = y_i (1 if i = j, else 0) - y_i y_j: the outputs share a sum of 1, so what one gains the others
        // lose.
        Scalar average = 0;  // of dy, weighted by y
#pragma omp simd reduction(+ : average)
        for (std::size_t j = 0; j < y_row.size(); ++j) average += y_row[j] * dy_row[j];
        for (std::size_t j = 0; j < y_row.size(); ++j) dx_row[j] = y_row[j] * (dy_row[j] - average);
    });
    return dx;
}

template Tensor<1> softmax_forward(Tensor<1>);
template Tensor<2> softmax_forward(Tensor<2>);
template Tensor<3> softmax_forward(Tensor<3>);
template Tensor<4> softmax_forward(Tensor<4>);
template Tensor<1> softmax_backward(const Tensor<1>&, const Tensor<1>&);
template Tensor<2> softmax_backward(const Tensor<2>&, const Tensor<2>&);
template Tensor<3> softmax_backward(const Tensor<3>&, const Tensor<3>&);
template Tensor<4> softmax_backward(const Tensor<4>&, const Tensor<4>&);

}  // namespace vit
