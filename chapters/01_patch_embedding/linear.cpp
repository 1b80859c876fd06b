#include "01_patch_embedding/linear.h"

#include <cmath>

#include "common/tensor/axes.h"
#include "common/tensor/matmul.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

/// The letters of a tensor (..., last), for Axes: the axes before the last may have any size.
template <std::size_t Rank>
std::string rows_of(char last) {
    return std::string(Rank - 1, '*') + last;
}

}  // namespace

Linear make_linear(std::size_t inputs, std::size_t outputs, bool bias) {
    return {.weight = zeros<2>({outputs, inputs}), .bias = zeros<1>({bias ? outputs : 0})};
}

void initialise(Linear& p, Rng& rng, std::size_t matrices) {
    const std::size_t outputs = p.weight.shape()[0] / matrices, inputs = p.weight.shape()[1];
    const Scalar limit = std::sqrt(Scalar(6) / static_cast<Scalar>(inputs + outputs));
    rng.fill_uniform(p.weight.storage(), -limit, limit);
    p.bias.fill(0);
}

Parameters named_parameters(Linear& p) {
    Parameters parameters{parameter("weight", p.weight)};
    if (p.bias.size() > 0) parameters.push_back(parameter("bias", p.bias));
    return parameters;
}

// #region exercise 1.3 linear_forward (easy, 15 minutes)
template <std::size_t Rank>
Tensor<Rank> linear_forward(const Linear& p, const Tensor<Rank>& x) {
    Axes axes("linear_forward");
    axes.check("x", rows_of<Rank>('I'), x).check("weight", "OI", p.weight);
    if (p.bias.size() > 0) axes.check("bias", "O", p.bias);

    // 1. y = x weightᵀ: one dot product for every row of x and every row of the weight.
    Tensor<Rank> y = matmul_rows(x, p.weight, Transpose::second);  // (..., O)
    // 2. The same bias for every row.
    const std::span<const Scalar> bias = numbers_of(p.bias);  // (O) or (0)
    for_each_row(y, [&](std::size_t r) {
        const std::span<Scalar> y_row = row_of(y, r);
        for (std::size_t o = 0; o < bias.size(); ++o) y_row[o] += bias[o];
    });
    return y;
}
// #endregion

// #region exercise 1.4 linear_backward (medium, 20 minutes)
template <std::size_t Rank>
Tensor<Rank> linear_backward(const Linear& p, const Tensor<Rank>& x, const Tensor<Rank>& dy, Linear& grad) {
    Axes axes("linear_backward");
    axes.check("x", rows_of<Rank>('I'), x).check("weight", "OI", p.weight).check("dy", rows_of<Rank>('O'), dy);
    axes.check("grad.weight", "OI", grad.weight);
    if (p.bias.size() > 0) axes.check("grad.bias", "O", grad.bias);

    // 2. dbias = the sum of dy over all rows: every row used the same bias, so it collects from every row.
    const std::span<Scalar> dbias = numbers_of(grad.bias);  // (O) or (0)
    for (std::size_t r = 0; r < row_count(dy); ++r) {
        const std::span<const Scalar> dy_row = row_of(dy, r);
        for (std::size_t o = 0; o < dbias.size(); ++o) dbias[o] += dy_row[o];
    }
    // 1. dweight += dyᵀ x, also summed over all rows; and dx = dy weight.
    add_matmul_over_rows(dy, x, grad.weight);  // (O, I)
    return matmul_rows(dy, p.weight);          // (..., I)
}
// #endregion

template Tensor<2> linear_forward(const Linear&, const Tensor<2>&);
template Tensor<3> linear_forward(const Linear&, const Tensor<3>&);
template Tensor<2> linear_backward(const Linear&, const Tensor<2>&, const Tensor<2>&, Linear&);
template Tensor<3> linear_backward(const Linear&, const Tensor<3>&, const Tensor<3>&, Linear&);

}  // namespace vit
