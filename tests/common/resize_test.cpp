#include "common/files/resize.h"

#include <algorithm>

#include "common/tensor/random.h"
#include "tests/testing.h"

namespace vit {
namespace {

Tensor<3> random_image(std::size_t channels, std::size_t height, std::size_t width) {
    Rng rng(7);
    Tensor<3> image = uninitialised<3>({channels, height, width});
    rng.fill_uniform(image.storage(), 0, 1);
    return image;
}

}  // namespace

TEST_CASE("an image of the right size stays as it is") {
    const Tensor<3> image = random_image(3, 5, 8);
    CHECK(same(resize_and_crop(image, 5, 8), image, "CHW"));
}

TEST_CASE("where one side fits, the other is cut off at both ends alike") {
    const Tensor<3> image = random_image(3, 6, 11);
    const Tensor<3> middle = xt::view(image, xt::all(), xt::all(), xt::range(3, 8));
    CHECK(same(resize_and_crop(image, 6, 5), middle, "CHW"));
    const Tensor<3> rows = xt::view(image, xt::all(), xt::range(1, 5), xt::all());
    CHECK(same(resize_and_crop(image, 4, 11), rows, "CHW"));
}

TEST_CASE("smaller and larger images are those of Pillow 9.4: Image.resize(size, BICUBIC, box), clamped to 0 and 1") {
    Tensor<3> image = uninitialised<3>({2, 5, 7});
    for (std::size_t h = 0; h < 5; ++h) {
        for (std::size_t w = 0; w < 7; ++w) {
            image(0, h, w) = static_cast<Scalar>((3 * h + 5 * w + h * w) % 11) / 10;
            image(1, h, w) = Scalar(0.25);
        }
    }
    const Tensor<2> smaller = {{0.502191, 0.637649, 0.463376}, {0.613165, 0.462635, 0.355296}};
    const Tensor<2> larger = {{0.970021, 0.622384, 0.575585, 0.81826},  {0.55863, 0.743707, 0.847539, 0.457998},
                              {0.660617, 0.797349, 0.524306, 0.209354}, {0.613509, 0.418892, 0.238501, 0.466911},
                              {0.458272, 0.141485, 0.358867, 0.741979}, {0.894266, 0.706822, 0.524256, 0.333303}};
    for (const Tensor<2>& expected : {smaller, larger}) {
        const Tensor<3> resized = resize_and_crop(image, expected.shape()[0], expected.shape()[1]);
        const Tensor<2> first = xt::view(resized, 0), second = xt::view(resized, 1);
        CHECK(same(first, expected, "HW", 1e-6));
        CHECK(same(second, Tensor<2>(expected.shape(), Scalar(0.25)), "HW", 1e-6));
    }
}

TEST_CASE("what overshoots at a sharp edge is cut off at 0 and 1") {
    Tensor<3> edge = zeros<3>({1, 2, 6});
    xt::view(edge, xt::all(), xt::all(), xt::range(3, 6)) = 1;
    const Tensor<3> larger = resize_and_crop(edge, 10, 30);
    CHECK(*std::ranges::min_element(larger.storage()) == 0);
    CHECK(*std::ranges::max_element(larger.storage()) == 1);
}

TEST_CASE("a thin image takes no more room than itself and the result") {
    // Scaled as a whole before it is cropped, it would be 3000 times as large: 2 GB.
    Tensor<3> thin = zeros<3>({3, 1, 60000});
    thin.fill(Scalar(0.5));
    const Tensor<3> resized = resize_and_crop(thin, 53, 50);
    CHECK(shape_of(resized) == Shape{3, 53, 50});
    CHECK(resized(2, 52, 49) == doctest::Approx(0.5));
    CHECK(shape_of(resize_and_crop(zeros<3>({3, 60000, 1}), 50, 53)) == Shape{3, 50, 53});
}

TEST_CASE("nothing cannot become larger, and nothing can become nothing") {
    const Tensor<3> image = zeros<3>({3, 4, 5});
    CHECK_THROWS_WITH_AS(resize_and_crop(zeros<3>({3, 4, 0}), 2, 6),
                         "resize_and_crop: an image of shape (3, 4, 0) cannot get the size (2, 6)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(resize_and_crop(image, 0, 6),
                         "resize_and_crop: an image of shape (3, 4, 5) cannot get the size (0, 6)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(resize_and_crop(image, 6, 0),
                         "resize_and_crop: an image of shape (3, 4, 5) cannot get the size (6, 0)",
                         std::invalid_argument);
}

}  // namespace vit
