#include "common/files/image.h"

#include "common/files/files.h"
#include "common/tensor/random.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("a picture that is written is read back, to the nearest of 256 levels") {
    const TemporaryFolder folder;
    Rng rng(3);
    Tensor<3> image = uninitialised<3>({3, 4, 7});
    rng.fill_uniform(image.storage(), 0, 1);
    write_image(folder.file("colour.png"), image);
    CHECK(same(read_image(folder.file("colour.png")), image, "CHW", 0.5 / 255 + 1e-6));
}

TEST_CASE("a grey picture is read as three equal channels; values outside 0 to 1 are clamped") {
    const TemporaryFolder folder;
    write_image(folder.file("grey.png"), Tensor<3>{{{Scalar(-1), 0, Scalar(0.2)}, {Scalar(NAN), 1, 3}}});
    const Tensor<3> expected = {
        {{0, 0, Scalar(0.2)}, {0, 1, 1}}, {{0, 0, Scalar(0.2)}, {0, 1, 1}}, {{0, 0, Scalar(0.2)}, {0, 1, 1}}};
    CHECK(same(read_image(folder.file("grey.png")), expected, "CHW", 1e-6));
}

TEST_CASE("pictures that cannot be read or written are named") {
    const TemporaryFolder folder;
    const std::string path = folder.file("text.png");
    write_file(path, "this is no picture");
    CHECK(error_of<std::runtime_error>([&] { read_image(path); }) == "read_image: " + path + ": unknown image type");
    CHECK(error_of<std::runtime_error>([&] { read_image(folder.file("no.png")); }) ==
          "read_file: cannot open " + folder.file("no.png") + ": No such file or directory");
    CHECK(error_of<std::invalid_argument>([&] {
              write_image(path, zeros<3>({2, 4, 5}));
          }) == "write_image: 2 channels; only 1 or 3 can be written");
    CHECK(error_of<std::invalid_argument>([&] {
              write_image(path, zeros<3>({3, 0, 5}));
          }) == "write_image: an image of shape (3, 0, 5) has no pixels");
}

TEST_CASE("resize_and_crop keeps the ratio of the sides and cuts off both ends alike") {
    // Four stripes of 10 columns; a square of the same height keeps the two in the middle.
    Tensor<3> stripes = zeros<3>({2, 20, 40});
    for (std::size_t h = 0; h < 20; ++h) {
        for (std::size_t w = 0; w < 40; ++w) {
            stripes(0, h, w) = static_cast<Scalar>(w / 10) / 4;
            stripes(1, h, w) = Scalar(0.5);
        }
    }
    const Tensor<3> same_height = resize_and_crop(stripes, 20, 20);
    CHECK(shape_of(same_height) == Shape{2, 20, 20});
    CHECK(same_height(0, 3, 2) == doctest::Approx(0.25));
    CHECK(same_height(0, 3, 17) == doctest::Approx(0.5));
    CHECK(same_height(1, 3, 17) == doctest::Approx(0.5));
    const Tensor<3> smaller = resize_and_crop(stripes, 10, 6), larger = resize_and_crop(stripes, 60, 120);
    CHECK(shape_of(smaller) == Shape{2, 10, 6});
    CHECK(smaller(0, 5, 0) == doctest::Approx(0.25).epsilon(0.05));
    CHECK(smaller(0, 5, 5) == doctest::Approx(0.5).epsilon(0.05));
    CHECK(larger(0, 30, 15) == doctest::Approx(0.0));
    CHECK(larger(0, 30, 105) == doctest::Approx(0.75).epsilon(1e-5));
    CHECK(error_of<std::invalid_argument>([] {
              resize_and_crop(zeros<3>({3, 4, 0}), 2, 2);
          }) == "resize_and_crop: an image of shape (3, 4, 0) has no pixels");
    CHECK(error_of<std::invalid_argument>([&] { resize_and_crop(stripes, 0, 6); }) ==
          "resize_and_crop: the size (0, 6) has no pixels");
}

TEST_CASE("terminal_image prints two characters for each pixel and no blanks at the end") {
    CHECK(terminal_image(Tensor<3>{{{0, 1, 0}, {Scalar(0.5), 0, 2}}}) == "  @@\n++  @@\n");
    CHECK(terminal_image(Tensor<3>{{{1}}, {{0}}, {{Scalar(0.3)}}}) == "==\n");  // channels are averaged
}

}  // namespace vit
