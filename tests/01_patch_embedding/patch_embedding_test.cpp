#include "01_patch_embedding/patch_embedding.h"

#include "01_patch_embedding/convolution.h"
#include "01_patch_embedding/trace.h"
#include "tests/testing.h"

namespace vit {
namespace {

constexpr PatchOrder orders[] = {PatchOrder::c_p1_p2, PatchOrder::p1_p2_c};

/// C = 3, P = 2, D = 7, with random parameters.
PatchEmbedding random_embedding(PatchOrder order) {
    PatchEmbedding p = make_patch_embedding({.channels = 3, .patch_size = 2, .width = 7, .order = order});
    Rng rng(1);
    fill_random(named_parameters(p), rng);
    return p;
}

/// A convolution with stride P, straight from the weight in its published shape: (D, C, P, P) or (D, P, P, C).
Tensor<3> naive_embedding(PatchEmbedding p, const Tensor<4>& images) {
    const Parameters parameters = named_parameters(p);
    const Shape shape = parameters[0].shape;
    const bool channels_first = p.config.order == PatchOrder::c_p1_p2;
    const std::size_t width = shape[0], size = p.config.patch_size, channels = p.config.channels,
                      columns = images.shape()[3] / size;
    Tensor<3> y = zeros<3>({images.shape()[0], images.shape()[2] / size * columns, width});
    for (std::size_t b = 0; b < y.shape()[0]; ++b)
        for (std::size_t n = 0; n < y.shape()[1]; ++n)
            for (std::size_t d = 0; d < width; ++d) {
                y(b, n, d) = parameters[1].values[d];
                for (std::size_t c = 0; c < channels; ++c)
                    for (std::size_t p1 = 0; p1 < size; ++p1)
                        for (std::size_t p2 = 0; p2 < size; ++p2) {
                            const std::size_t at = channels_first
                                                       ? ((d * shape[1] + c) * shape[2] + p1) * shape[3] + p2
                                                       : ((d * shape[1] + p1) * shape[2] + p2) * shape[3] + c;
                            y(b, n, d) += parameters[0].values[at] *
                                          images(b, c, n / columns * size + p1, n % columns * size + p2);
                        }
            }
    return y;
}

}  // namespace

TEST_CASE("the patch embedding is a convolution whose stride is its kernel's size, in both orders") {
    const Tensor<4> images = Rng(2).normal_tensor<4>({2, 3, 6, 10});
    for (PatchOrder order : orders) {
        const PatchEmbedding p = random_embedding(order);
        PatchEmbeddingCache cache;
        const Tensor<3> y = patch_embedding_forward(p, images, cache);  // (B, N, D)
        CHECK(same(y, naive_embedding(p, images), "BND", 1e-12));
        CHECK(same(y, patch_embedding_by_convolution(p, images), "BND", 1e-12));
    }
}

TEST_CASE("a convolution's kernel moves by the stride, in steps of its own in height and width") {
    const Tensor<4> images = Rng(3).normal_tensor<4>({2, 3, 7, 9});
    Tensor<4> kernel = zeros<4>({2, 3, 3, 2});
    kernel(1, 2, 1, 0) = 3;  // output channel 1: three times the pixel below the kernel's corner, of channel 2
    const Tensor<4> y = convolve(images, kernel, Tensor<1>{5, 7}, 2);
    REQUIRE(shape_of(y) == Shape{2, 2, 3, 4});
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 4; ++j) {
                CHECK(y(b, 0, i, j) == 5);
                CHECK(y(b, 1, i, j) == doctest::Approx(7 + 3 * images(b, 2, 2 * i + 1, 2 * j)).epsilon(1e-14).scale(0));
            }
}

TEST_CASE("gradients of the patch embedding, images included") {
    for (PatchOrder order : orders) {
        PatchEmbedding p = make_patch_embedding({.channels = 3, .patch_size = 2, .width = 7, .order = order});
        PatchEmbeddingCache cache;
        check_layer_gradients(
            p, make_patch_embedding({.channels = 3, .patch_size = 2, .width = 7, .order = order}),
            Rng(4).normal_tensor<4>({2, 3, 4, 6}),
            [&](const Tensor<4>& x) { return patch_embedding_forward(p, x, cache); },
            [&](const Tensor<4>&, const Tensor<3>& dy, PatchEmbedding& grad) {
                return patch_embedding_backward(p, cache, dy, grad);
            });
    }
}

TEST_CASE("the weight has the shape of a convolution's, and variance 1 / (C P P)") {
    PatchEmbedding p = make_patch_embedding({.channels = 3, .patch_size = 4, .width = 50}),
                   by_pixel = make_patch_embedding(
                       {.channels = 3, .patch_size = 4, .width = 50, .order = PatchOrder::p1_p2_c});
    CHECK(named_parameters(p)[0].name == "proj.weight");
    CHECK(named_parameters(p)[0].shape == Shape{50, 3, 4, 4});
    CHECK(named_parameters(p)[1].name == "proj.bias");
    CHECK(named_parameters(by_pixel)[0].shape == Shape{50, 4, 4, 3});
    Rng rng(5);
    p.projection.bias.fill(1);
    initialise(p, rng);
    double squares = 0, largest = 0;
    for (double w : p.projection.weight) {
        squares += w * w;
        largest = std::max(largest, std::abs(w));
    }
    CHECK(squares / 2400 == doctest::Approx(1.0 / 48).epsilon(0.1).scale(0));
    CHECK(largest < 2.28 / std::sqrt(48.0));  // cut off at two standard deviations, then scaled by 1 / 0.8796
    CHECK(same(p.projection.bias, zeros<1>({50}), "D"));
}

TEST_CASE("a patch embedding without channels, pixels or width is refused") {
    for (const auto& [channels, size, width] : {std::array<std::size_t, 3>{0, 2, 7}, {3, 0, 7}, {3, 2, 0}}) {
        const PatchEmbeddingConfig config{.channels = channels, .patch_size = size, .width = width};
        CHECK(error_of<std::invalid_argument>([&] { make_patch_embedding(config); }) ==
              fmt::format(
                  "patch_embedding: channels, patch size and width must be at least 1, but they are {}, {} and {}",
                  channels, size, width));
    }
}

TEST_CASE("the patch embedding says which size does not fit") {
    const PatchEmbedding p = make_patch_embedding({.channels = 3, .patch_size = 2, .width = 7});
    PatchEmbedding grad = make_patch_embedding({.channels = 3, .patch_size = 2, .width = 7});
    PatchEmbeddingCache cache;
    CHECK(error_of<std::invalid_argument>([&] {
              patch_embedding_forward(p, zeros<4>({2, 4, 6, 10}), cache);
          }) ==
          "patch_embedding_forward: images (* C * *) has shape (2, 4, 6, 10); axis 1 must be C = 3 (from the model), "
          "but it is 4");
    CHECK(error_of<std::invalid_argument>([&] {
              patch_embedding_forward(p, zeros<4>({2, 3, 6, 9}), cache);
          }) == "patchify: image width 9 is not a multiple of patch size 2");
    patch_embedding_forward(p, zeros<4>({2, 3, 6, 10}), cache);
    CHECK(error_of<std::invalid_argument>([&] {
              patch_embedding_backward(p, cache, zeros<3>({2, 15, 6}), grad);
          }) == "linear_backward: dy (* * O) has shape (2, 15, 6); axis 2 must be O = 7 (from weight), but it is 6");
}

TEST_CASE("the record of a patch embedding: B/16 on one image of 224 px") {
    const PatchEmbedding p = make_patch_embedding({.channels = 3, .patch_size = 16, .width = 768});
    PatchEmbeddingCache cache;
    patch_embedding_forward(p, zeros<4>({1, 3, 224, 224}), cache);
    const Trace trace = trace_patch_embedding("patch_embed", p, cache);
    CHECK(trace.input == Shape{1, 3, 224, 224});
    CHECK(trace.output == Shape{1, 196, 768});
    CHECK(total_parameters(trace) == 590592);
    CHECK(total_multiply_adds(trace) == 196 * 768 * 768);
    CHECK(total_kept(trace) == cache.patches.size());
}

TEST_CASE("a convolution's kernel fits into the image, and moves") {
    const auto convolved = [](std::size_t side, std::size_t stride) {
        convolve(zeros<4>({1, 2, 4, 5}), zeros<4>({3, 2, side, side}), zeros<1>({3}), stride);
    };
    CHECK(error_of<std::invalid_argument>([&] { convolved(2, 0); }) ==
          "convolve: a kernel of 2 x 2 with stride 0 does not fit into images of 4 x 5");
    CHECK(error_of<std::invalid_argument>([&] { convolved(5, 3); }) ==
          "convolve: a kernel of 5 x 5 with stride 3 does not fit into images of 4 x 5");
    CHECK(error_of<std::invalid_argument>([&] { convolved(4, 3); }) == "no error");
}

}  // namespace vit
