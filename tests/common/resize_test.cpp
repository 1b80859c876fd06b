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
    CHECK_THROWS_WITH_AS(resize_and_crop(picture.pixels, 6, 5, 2, 3, 3), "resize_and_crop: 2 channels, expected 1 or 3",
                         std::invalid_argument);
}

TEST_CASE("the whole picture, and of that the middle") {
    const Picture picture = random_picture(5, 8);
    CHECK(resize_whole(picture, {5, 8}, {5, 8}, Interpolation::bilinear).pixels == picture.pixels);
    for (const Interpolation interpolation : {Interpolation::bicubic, Interpolation::bilinear}) {
        const Picture whole = resize_whole(picture, {12, 7}, {12, 7}, interpolation);
        CHECK(whole.pixels.size() == 12 * 7 * 3);
        const Picture middle = resize_whole(picture, {12, 7}, {6, 3}, interpolation);
        CHECK(middle.pixels == part(whole, 3, 9, 2, 5));
    }
}

TEST_CASE("what is cut off is halved as Python rounds: to an even number") {
    const Picture picture = random_picture(5, 8);
    const auto middle = [&](std::size_t height, std::size_t width) {
        return resize_whole(picture, {5, 8}, {height, width}, Interpolation::bicubic).pixels;
    };
    CHECK(middle(4, 7) == part(picture, 0, 4, 0, 7));  // round(0.5) is 0
    CHECK(middle(2, 5) == part(picture, 2, 4, 2, 7));  // round(1.5) is 2
    CHECK(middle(5, 3) == part(picture, 0, 5, 2, 5));  // round(2.5) is 2
}

TEST_CASE("straight lines between two pixels, and over all that fall together") {
    const Picture two{1, 2, {0, 0, 0, 100, 100, 100}};
    const auto reds = [](const Picture& picture) {
        std::vector<int> numbers;
        for (std::size_t i = 0; i < picture.pixels.size(); i += 3) numbers.push_back(picture.pixels[i]);
        return numbers;
    };
    CHECK(reds(resize_whole(two, {1, 4}, {1, 4}, Interpolation::bilinear)) == std::vector{0, 25, 75, 100});
    const Picture four{1, 4, {70, 0, 0, 0, 0, 0, 0, 0, 0, 140, 0, 0}};
    // Weights 3, 3 and 1 of 7, and likewise from the other side.
    CHECK(reds(resize_whole(four, {1, 2}, {1, 2}, Interpolation::bilinear)) == std::vector{30, 60});
}

TEST_CASE("the middle is a part of the whole") {
    const Picture picture = random_picture(4, 5);
    const auto error = [&](PictureSize whole, PictureSize middle) {
        return error_of<std::invalid_argument>([&] { resize_whole(picture, whole, middle, Interpolation::bicubic); });
    };
    CHECK(error({7, 10}, {8, 9}) == "resize_whole: the middle 8 x 9 is larger than the whole, 7 x 10");
    CHECK(error({7, 10}, {6, 11}) == "resize_whole: the middle 6 x 11 is larger than the whole, 7 x 10");
    CHECK(error({7, 10}, {0, 9}) == "resize_whole: a picture of 4 x 5 pixels cannot get the size 0 x 9");
}

}  // namespace vit
