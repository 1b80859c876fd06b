#include "common/files/resize.h"

#include <algorithm>
#include <random>

#include "tests/testing.h"

namespace vit {
namespace {

Picture random_picture(std::size_t height, std::size_t width) {
    std::mt19937 random(7);
    Picture picture{height, width, std::vector<std::uint8_t>(height * width * 3)};
    for (std::uint8_t& byte : picture.pixels) byte = static_cast<std::uint8_t>(random());
    return picture;
}

/// Rows [top, bottom) and columns [left, right).
std::vector<std::uint8_t> part(const Picture& picture, std::size_t top, std::size_t bottom, std::size_t left,
                               std::size_t right) {
    std::vector<std::uint8_t> pixels;
    for (std::size_t h = top; h < bottom; ++h) {
        const auto row = picture.pixels.begin() + static_cast<std::ptrdiff_t>(h * picture.width * 3);
        pixels.insert(pixels.end(), row + static_cast<std::ptrdiff_t>(left * 3),
                      row + static_cast<std::ptrdiff_t>(right * 3));
    }
    return pixels;
}

}  // namespace

// The numbers of Pillow: tests/pictures and picture_test.cpp.

TEST_CASE("a picture of the right size stays as it is") {
    const Picture picture = random_picture(5, 8);
    CHECK(resize_and_crop(picture, 5, 8).pixels == picture.pixels);
}

TEST_CASE("where one side fits, the other is cut off at both ends alike") {
    const Picture picture = random_picture(6, 11);
    CHECK(resize_and_crop(picture, 6, 5).pixels == part(picture, 0, 6, 3, 8));
    CHECK(resize_and_crop(picture, 4, 11).pixels == part(picture, 1, 5, 0, 11));
}

TEST_CASE("what overshoots at a sharp edge is cut off at 0 and 255") {
    Picture edge{2, 6, std::vector<std::uint8_t>(2 * 6 * 3, 0)};
    for (std::size_t h = 0; h < 2; ++h)
        std::fill_n(edge.pixels.begin() + static_cast<std::ptrdiff_t>(h * 18 + 9), 9, 255);
    const Picture larger = resize_and_crop(edge, 10, 30);
    CHECK(std::ranges::min(larger.pixels) == 0);
    CHECK(std::ranges::max(larger.pixels) == 255);
    for (std::size_t i = 3; i < 90; ++i) CHECK(larger.pixels[i] >= larger.pixels[i - 3]);  // no bright line turns dark
}

TEST_CASE("a thin picture takes no more room than itself and the result") {
    // Scaled as a whole before it is cropped, it would be 3000 times as large: 2 GB.
    const Picture thin{1, 60000, std::vector<std::uint8_t>(60000 * 3, 128)};
    const Picture resized = resize_and_crop(thin, 53, 50);
    CHECK(resized.pixels == std::vector<std::uint8_t>(53 * 50 * 3, 128));
    CHECK(resize_and_crop({60000, 1, thin.pixels}, 50, 53).pixels.size() == 50 * 53 * 3);
}

TEST_CASE("nothing cannot become larger, and nothing can become nothing") {
    const Picture picture = random_picture(4, 5);
    CHECK_THROWS_WITH_AS(resize_and_crop({4, 0, {}}, 2, 6),
                         "resize_and_crop: a picture of 4 x 0 pixels cannot get the size 2 x 6", std::invalid_argument);
    CHECK_THROWS_WITH_AS(resize_and_crop(picture, 0, 6),
                         "resize_and_crop: a picture of 4 x 5 pixels cannot get the size 0 x 6", std::invalid_argument);
    CHECK_THROWS_WITH_AS(resize_and_crop(picture, 6, 0),
                         "resize_and_crop: a picture of 4 x 5 pixels cannot get the size 6 x 0", std::invalid_argument);
}

}  // namespace vit
