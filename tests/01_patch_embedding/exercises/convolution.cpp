#include "01_patch_embedding/convolution.h"

#include <doctest/doctest.h>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Convolve = std::function<Tensor<4>(const Tensor<4>&, const Tensor<4>&, const Tensor<1>&, std::size_t)>;

struct Slip {
    bool adds_bias = true, bias_per_term = false, flips = false, one_channel = false;
    bool steps_of_one = false, stride_is_kernel = false, averages = false;
};

Convolve with(const Slip& slip) {
    return [slip](const Tensor<4>& images, const Tensor<4>& weight, const Tensor<1>& bias, std::size_t stride) {
        const auto [B, C, H, W] = images.shape();
        const std::size_t D = weight.shape()[0], P = weight.shape()[2], Q = weight.shape()[3];
        const std::size_t rows = (H - P) / stride + 1, columns = (W - Q) / stride + 1;
        const std::size_t step = slip.steps_of_one ? 1 : stride;
        Tensor<4> y = zeros<4>({B, D, rows, columns});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t d = 0; d < D; ++d)
                for (std::size_t i = 0; i < rows; ++i)
                    for (std::size_t j = 0; j < columns; ++j) {
                        double sum = 0;
                        for (std::size_t c = 0; c < (slip.one_channel ? 1 : C); ++c)
                            for (std::size_t p = 0; p < P; ++p)
                                for (std::size_t q = 0; q < Q; ++q) {
                                    const double w =
                                        slip.flips ? weight(d, c, P - 1 - p, Q - 1 - q) : weight(d, c, p, q);
                                    const std::size_t row =
                                        slip.stride_is_kernel ? std::min(i * P + p, H - 1) : i * step + p;
                                    const std::size_t column =
                                        slip.stride_is_kernel ? std::min(j * Q + q, W - 1) : j * step + q;
                                    sum += w * images(b, c, row, column) + (slip.bias_per_term ? bias(d) : 0);
                                }
                        if (slip.averages) sum /= static_cast<double>(C * P * Q);
                        y(b, d, i, j) = sum + (slip.adds_bias && !slip.bias_per_term ? bias(d) : 0);
                    }
        return y;
    };
}

Trial<Convolve> try_on(const std::string& inputs, const Tensor<4>& images, const Tensor<4>& weight,
                       const Tensor<1>& bias, std::size_t stride) {
    return {.inputs = inputs,
            .run = [=](const Convolve& f) -> Outputs { return {output("y", "BDIJ", f(images, weight, bias, stride))}; },
            .tolerance = 1e-11};
}

Exercise<Convolve> exercise() {
    const Tensor<4> weight = Rng(2).normal_tensor<4>({4, 3, 2, 3});
    const Tensor<1> bias = Rng(3).normal_tensor<1>({4});
    return {.name = "1.5 convolve",
            .reference = with({}),
            .trials = {try_on("an image ((1, 2), (3, 4)), a kernel ((1, 10), (100, 1000)), bias 5",
                              Tensor<4>{{{{1, 2}, {3, 4}}}}, Tensor<4>{{{{1, 10}, {100, 1000}}}}, Tensor<1>{5}, 2),
                       try_on("random numbers, B=2 C=3 H=6 W=9 D=4, kernels of 2 x 3, stride 3",
                              Rng(1).normal_tensor<4>({2, 3, 6, 9}), weight, bias, 3),
                       try_on("stride 1: the kernel's places overlap", Rng(1).normal_tensor<4>({2, 3, 5, 7}), weight,
                              bias, 1)},
            .wrong_answers = {
                {"convolve_no_bias", "the sums without the bias.", "", with({.adds_bias = false})},
                {"convolve_bias_per_term", "sums with the bias added for every pixel of the kernel. It is added once.",
                 "", with({.bias_per_term = true})},
                {"convolve_flipped",
                 "a convolution with the kernel turned by half a turn, as mathematics defines it. Layers do not flip "
                 "the kernel.",
                 "", with({.flips = true})},
                {"convolve_one_channel",
                 "sums over the first channel only. The kernel has weights for each channel, and adds them up.", "",
                 with({.one_channel = true})},
                {"convolve_steps_of_one", "a kernel that moves on by one pixel: place i, j begins at row i stride.", "",
                 with({.steps_of_one = true})},
                {"convolve_stride_is_kernel", "a kernel that moves on by its own size. How far it moves is the stride.",
                 "", with({.stride_is_kernel = true})},
                {"convolve_mean", "means where sums belong.", "", with({.averages = true})},
            }};
}

}  // namespace

TEST_CASE("1.5 convolve") {
    check(exercise(), convolve);
}

TEST_CASE("1.5 convolve: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
