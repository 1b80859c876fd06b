#include "01_patch_embedding/patches.h"

#include "tests/testing.h"

namespace vit {
namespace {

constexpr PatchOrder orders[] = {PatchOrder::c_p1_p2, PatchOrder::p1_p2_c};

/// Where number v of patch n comes from, worked out from the patch's place in a grid and the number's place in a patch.
Tensor<3> naive_patchify(const Tensor<4>& images, std::size_t size, PatchOrder order) {
    const std::size_t channels = images.shape()[1], columns = images.shape()[3] / size;
    Tensor<3> patches = zeros<3>({images.shape()[0], images.shape()[2] / size * columns, channels * size * size});
    for (std::size_t b = 0; b < patches.shape()[0]; ++b)
        for (std::size_t n = 0; n < patches.shape()[1]; ++n)
            for (std::size_t v = 0; v < patches.shape()[2]; ++v) {
                const bool by_channel = order == PatchOrder::c_p1_p2;
                const std::size_t c = by_channel ? v / (size * size) : v % channels;
                const std::size_t place = by_channel ? v % (size * size) : v / channels;
                patches(b, n, v) = images(b, c, n / columns * size + place / size, n % columns * size + place % size);
            }
    return patches;
}

}  // namespace

TEST_CASE("patches are numbered as text is read, the numbers in them channel by channel or pixel by pixel") {
    Tensor<4> images = zeros<4>({1, 2, 4, 6});  // pixel (y, x) of channel c is 100 c + 10 y + x
    for (std::size_t c = 0; c < 2; ++c)
        for (std::size_t y = 0; y < 4; ++y)
            for (std::size_t x = 0; x < 6; ++x) images(0, c, y, x) = static_cast<Scalar>(100 * c + 10 * y + x);
    const Tensor<3> by_channel = patchify(images, 2), by_pixel = patchify(images, 2, PatchOrder::p1_p2_c);
    REQUIRE(shape_of(by_channel) == Shape{1, 6, 8});
    REQUIRE(shape_of(by_pixel) == Shape{1, 6, 8});
    const Tensor<1> first = xt::view(by_channel, 0, 0), second = xt::view(by_channel, 0, 1),
                    fifth = xt::view(by_channel, 0, 4);
    CHECK(same(first, {0, 1, 10, 11, 100, 101, 110, 111}, "V"));
    CHECK(same(second, {2, 3, 12, 13, 102, 103, 112, 113}, "V"));  // to the right of the first, not below it
    CHECK(same(fifth, {22, 23, 32, 33, 122, 123, 132, 133}, "V"));
    const Tensor<1> fifth_by_pixel = xt::view(by_pixel, 0, 4);
    CHECK(same(fifth_by_pixel, {22, 122, 23, 123, 32, 132, 33, 133}, "V"));
}

TEST_CASE("patchify is its definition on a batch of images that are not square") {
    const Tensor<4> images = Rng(1).normal_tensor<4>({5, 3, 4, 14});
    for (PatchOrder order : orders) CHECK(same(patchify(images, 2, order), naive_patchify(images, 2, order), "BNV"));
    CHECK(same(patchify(images, 1), naive_patchify(images, 1, PatchOrder::c_p1_p2), "BNV"));
}

TEST_CASE("patchify and unpatchify are each other's inverse, in both orders") {
    Rng rng(2);
    const Tensor<4> images = rng.normal_tensor<4>({5, 3, 4, 14});
    const Tensor<3> patches = rng.normal_tensor<3>({5, 14, 12});
    for (PatchOrder order : orders) {
        CHECK(same(unpatchify(patchify(images, 2, order), {5, 3, 4, 14}, 2, order), images, "BCHW"));
        CHECK(same(patchify(unpatchify(patches, {5, 3, 4, 14}, 2, order), 2, order), patches, "BNV"));
    }
}

TEST_CASE("each is the other's backward pass") {
    NoParameters none;
    for (PatchOrder order : orders) {
        check_layer_gradients(
            none, none, Rng(3).normal_tensor<4>({5, 3, 4, 14}),
            [&](const Tensor<4>& x) { return patchify(x, 2, order); },
            [&](const Tensor<4>& x, const Tensor<3>& dy, NoParameters&) {
                return unpatchify(dy, shape_of(x), 2, order);
            });
    }
}

TEST_CASE("a patch that is the whole image, and one that is a single pixel") {
    const Tensor<4> images = Rng(4).normal_tensor<4>({2, 3, 5, 5});
    const Tensor<3> whole = xt::reshape_view(images, {2, 1, 75});
    CHECK(same(patchify(images, 5), whole, "BNV"));
    CHECK(shape_of(patchify(images, 1)) == Shape{2, 25, 3});
}

TEST_CASE("sizes that do not fit are named") {
    CHECK(error_of<std::invalid_argument>([] {
              patchify(zeros<4>({1, 3, 30, 32}), 4);
          }) == "patchify: image height 30 is not a multiple of patch size 4");
    CHECK(error_of<std::invalid_argument>([] {
              patchify(zeros<4>({1, 3, 32, 30}), 4);
          }) == "patchify: image width 30 is not a multiple of patch size 4");
    CHECK(error_of<std::invalid_argument>([] {
              patchify(zeros<4>({1, 3, 0, 8}), 4);
          }) == "patchify: image height 0 is not a multiple of patch size 4");
    CHECK(error_of<std::invalid_argument>([] {
              patchify(zeros<4>({1, 3, 8, 8}), 0);
          }) == "patchify: the patch size must be at least 1, but it is 0");
    CHECK(error_of<std::invalid_argument>([] {
              unpatchify(zeros<3>({2, 15, 12}), {2, 3, 6, 9}, 2);
          }) == "unpatchify: image width 9 is not a multiple of patch size 2");
    CHECK(error_of<std::invalid_argument>([] {
              unpatchify(zeros<3>({2, 14, 12}), {2, 3, 6, 10}, 2);
          }) ==
          "unpatchify: patches (B N V) has shape (2, 14, 12); axis 1 must be N = 15 (from H / P times W / P), but it "
          "is 14");
    CHECK(error_of<std::invalid_argument>([] {
              unpatchify(zeros<3>({2, 15, 11}), {2, 3, 6, 10}, 2);
          }) == "unpatchify: patches (B N V) has shape (2, 15, 11); axis 2 must be V = 12 (from C P P), but it is 11");
}

TEST_CASE("unpatchify wants the four axes of images") {
    CHECK(error_of<std::invalid_argument>([] {
              unpatchify(zeros<3>({1, 4, 4}), {1, 4, 4}, 2);
          }) == "unpatchify: the image shape must be (B, C, H, W), but it is (1, 4, 4)");
}

}  // namespace vit
