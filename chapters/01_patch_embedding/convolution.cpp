#include "01_patch_embedding/convolution.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {

// #region exercise 1.5 convolve (medium, 20 minutes)
Tensor<4> convolve(const Tensor<4>& images, const Tensor<4>& weight, const Tensor<1>& bias, std::size_t stride) {
    Axes axes("convolve");
    axes.check("images", "BCHW", images).check("weight", "DCPQ", weight).check("bias", "D", bias);
    const auto [B, C, H, W] = images.shape();
    const std::size_t D = axes['D'], P = axes['P'], Q = axes['Q'];  // a kernel is P x Q pixels
    if (stride == 0 || P > H || Q > W) {
        throw std::invalid_argument(fmt::format(
            "convolve: a kernel of {} x {} with stride {} does not fit into images of {} x {}", P, Q, stride, H, W));
    }
    const std::size_t rows = (H - P) / stride + 1, columns = (W - Q) / stride + 1;

    // 1. For each place of the kernel: the bias, and the sum of weight times pixel over all its pixels and channels.
    Tensor<4> y = uninitialised<4>({B, D, rows, columns});  // (B, D, rows, columns)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t d = 0; d < D; ++d)
            for (std::size_t i = 0; i < rows; ++i)
                for (std::size_t j = 0; j < columns; ++j) {
                    Scalar sum = bias(d);
                    for (std::size_t c = 0; c < C; ++c)
                        for (std::size_t p = 0; p < P; ++p)
                            for (std::size_t q = 0; q < Q; ++q)
                                sum += weight(d, c, p, q) * images(b, c, i * stride + p, j * stride + q);
                    y(b, d, i, j) = sum;
                }
    return y;
}
// #endregion

Tensor<3> patch_embedding_by_convolution(const PatchEmbedding& p, const Tensor<4>& images) {
    const auto [C, P, D, order] = p.config;
    // A row of the Linear's weight is one kernel, laid out as a patch vector: unpatchify puts it back into a square.
    const Tensor<3> rows = xt::reshape_view(p.projection.weight, {D, std::size_t(1), C * P * P});  // (D, 1, C P P)
    const Tensor<4> kernels = unpatchify(rows, {D, C, P, P}, P, order);                            // (D, C, P, P)
    const Tensor<4> y = convolve(images, kernels, p.projection.bias, P);                           // (B, D, H/P, W/P)

    // The grid of places becomes the sequence of tokens, the channels become the token's numbers.
    const std::size_t B = y.shape()[0], grid_rows = y.shape()[2], grid_columns = y.shape()[3];
    Tensor<3> embeddings = uninitialised<3>({B, grid_rows * grid_columns, D});  // (B, N, D)
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t i = 0; i < grid_rows; ++i)
            for (std::size_t j = 0; j < grid_columns; ++j)
                for (std::size_t d = 0; d < D; ++d) embeddings(b, i * grid_columns + j, d) = y(b, d, i, j);
    return embeddings;
}

}  // namespace vit
