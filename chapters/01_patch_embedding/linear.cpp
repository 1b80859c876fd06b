#include "01_patch_embedding/linear.h"

#include <cmath>

#include "common/tensor/axes.h"
#include "common/tensor/matmul.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

/// The letters of a tensor (..., last): the axes before the last may have any size.
template <std::size_t Rank>
std::string rows_of(char last) {
    return std::string(Rank - 1, '*') + last;
}

}  // namespace

Linear make_linear(std::size_t inputs, std::size_t outputs, bool bias) {
    return {.weight = zeros<2>({outputs, inputs}), .bias = zeros<1>({bias ? outputs : 0})};
}

void initialise(Linear& p, Rng& rng) {
    const std::size_t outputs = p.weight.shape()[0], inputs = p.weight.shape()[1];
    const Scalar limit = std::sqrt(Scalar(6) / static_cast<Scalar>(inputs + outputs));
    rng.fill_uniform(p.weight.storage(), -limit, limit);
    p.bias.fill(0);
}

Parameters named_parameters(Linear& p) {
    Parameters parameters{parameter("weight", p.weight)};
    if (p.bias.size() > 0) parameters.push_back(parameter("bias", p.bias));
    return parameters;
}

template <std::size_t Rank>
Tensor<Rank> linear_forward(const Linear& p, const Tensor<Rank>& x) {
    Axes axes("linear_forward");
    axes.check("x", rows_of<Rank>('I'), x).check("weight", "OI", p.weight);
    if (p.bias.size() > 0) axes.check("bias", "O", p.bias);

    // y = x Wᵀ, one dot product for every row of x and every row of W.
    Tensor<Rank> y = matmul_rows(x, p.weight, Transpose::second);  // (..., O)
    if (p.bias.size() == 0) return y;
    const std::span<const Scalar> bias = row(p.bias, std::size_t(0));  // (O)
    for_each_row(y, [&](std::size_t r) {
        const std::span<Scalar> y_row = row(y, r);
        for (std::size_t o = 0; o < bias.size(); ++o) y_row[o] += bias[o];  // the same bias for every row
    });
    return y;
}

template <std::size_t Rank>
Tensor<Rank> linear_backward(const Linear& p, const Tensor<Rank>& x, const Tensor<Rank>& dy, Linear& grad) {
    Axes axes("linear_backward");
    axes.check("x", rows_of<Rank>('I'), x).check("weight", "OI", p.weight).check("dy", rows_of<Rank>('O'), dy);
    axes.check("grad.weight", "OI", grad.weight);

    // dW = dyᵀ x, summed over all rows. A parameter that is used by every row collects from every row.
    add_matmul_over_rows(dy, x, grad.weight);
    // db = the sum of dy over all rows.
    if (p.bias.size() > 0) {
        axes.check("grad.bias", "O", grad.bias);
        const std::span<Scalar> dbias = row(grad.bias, std::size_t(0));  // (O)
        for (std::size_t r = 0; r < row_count(dy); ++r) {
            const std::span<const Scalar> dy_row = row(dy, r);
            for (std::size_t o = 0; o < dy_row.size(); ++o) dbias[o] += dy_row[o];
        }
    }
    // dx = dy W: what y owes to x went through the same weights.
    return matmul_rows(dy, p.weight);  // (..., I)
}

template Tensor<2> linear_forward(const Linear&, const Tensor<2>&);
template Tensor<3> linear_forward(const Linear&, const Tensor<3>&);
template Tensor<2> linear_backward(const Linear&, const Tensor<2>&, const Tensor<2>&, Linear&);
template Tensor<3> linear_backward(const Linear&, const Tensor<3>&, const Tensor<3>&, Linear&);

}  // namespace vit
