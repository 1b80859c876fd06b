#include "01_patch_embedding/convolution.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {

Tensor<4> convolve(const Tensor<4>& images, const Tensor<4>& weight, const Tensor<1>& bias, std::size_t stride) {
    Axes axes("convolve");
    axes.check("images", "BCHW", images).check("weight", "DCPQ", weight).check("bias", "D", bias);
    const std::size_t kernel_height = axes['P'], kernel_width = axes['Q'];
    if (stride == 0 || kernel_height > axes['H'] || kernel_width > axes['W']) {
        throw std::invalid_argument(
            fmt::format("convolve: a kernel of {} x {} with stride {} does not fit into images of {} x {}",
                        kernel_height, kernel_width, stride, axes['H'], axes['W']));
    }
    const std::size_t rows = (axes['H'] - kernel_height) / stride + 1,
                      columns = (axes['W'] - kernel_width) / stride + 1;

    Tensor<4> y = uninitialised<4>({axes['B'], axes['D'], rows, columns});
    for (std::size_t b = 0; b < axes['B']; ++b)
        for (std::size_t d = 0; d < axes['D']; ++d)
            for (std::size_t i = 0; i < rows; ++i)
                for (std::size_t j = 0; j < columns; ++j) {
                    Scalar sum = bias(d);
                    for (std::size_t c = 0; c < axes['C']; ++c)
                        for (std::size_t p = 0; p < kernel_height; ++p)
                            for (std::size_t q = 0; q < kernel_width; ++q)
                                sum += weight(d, c, p, q) * images(b, c, i * stride + p, j * stride + q);
                    y(b, d, i, j) = sum;
                }
    return y;
}

Tensor<3> patch_embedding_by_convolution(const PatchEmbedding& p, const Tensor<4>& images) {
    const std::size_t width = p.projection.weight.shape()[0], size = p.patch_size;
    // A row of the Linear's weight is one kernel, laid out as a patch vector: unpatchify puts it back into a square.
    const Tensor<3> rows =
        xt::reshape_view(p.projection.weight, {width, std::size_t(1), p.projection.weight.shape()[1]});
    const Tensor<4> kernels = unpatchify(rows, {width, p.channels, size, size}, size, p.order);  // (D, C, P, P)
    const Tensor<4> y = convolve(images, kernels, p.projection.bias, size);                      // (B, D, H/P, W/P)

    // The grid of places becomes the sequence of tokens, the channels become the token's numbers.
    const auto [batch, channels, grid_rows, grid_columns] = y.shape();
    Tensor<3> embeddings = uninitialised<3>({batch, grid_rows * grid_columns, channels});  // (B, N, D)
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t i = 0; i < grid_rows; ++i)
            for (std::size_t j = 0; j < grid_columns; ++j)
                for (std::size_t d = 0; d < channels; ++d) embeddings(b, i * grid_columns + j, d) = y(b, d, i, j);
    return embeddings;
}

}  // namespace vit
