#include "common/files/image.h"

#include <array>
#include <cmath>
#include <string>

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
    CHECK(same(image_of(read_picture(folder.file("colour.png"))), image, "CHW", 0.5 / 255 + 1e-6));
}

TEST_CASE("a grey picture is read as three equal channels; values outside 0 to 1 are clamped") {
    const TemporaryFolder folder;
    write_image(folder.file("grey.png"), Tensor<3>{{{Scalar(-1), 0, Scalar(0.2)}, {Scalar(NAN), 1, 3}}});
    const Tensor<3> expected = {
        {{0, 0, Scalar(0.2)}, {0, 1, 1}}, {{0, 0, Scalar(0.2)}, {0, 1, 1}}, {{0, 0, Scalar(0.2)}, {0, 1, 1}}};
    CHECK(same(image_of(read_picture(folder.file("grey.png"))), expected, "CHW", 1e-6));
}

TEST_CASE("images that cannot be written are refused with the name of the file") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x.png");
    const std::string needs = " cannot be written; it needs 1 or 3 channels and at least 1 pixel, at most 100000000";
    for (const auto& [C, H, W] : {std::array<std::size_t, 3>{2, 4, 5}, {3, 0, 5}, {3, 4, 0}, {0, 4, 5}, {4, 2, 3}}) {
        const Tensor<3> image = zeros<3>({C, H, W});
        CHECK_THROWS_WITH_AS(
            write_image(path, image),
            ("write_image: " + path + ": an image of shape " + to_string(shape_of(image)) + needs).c_str(),
            std::invalid_argument);
    }
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK_THROWS_WITH_AS(write_image("/dev/full", zeros<3>({3, 2, 5})),
                         "write_file: cannot write /dev/full: No space left on device", std::runtime_error);
}

TEST_CASE("terminal_image prints two characters for each pixel and no blanks at the end") {
    CHECK(terminal_image(Tensor<3>{{{0, 1, 0}, {Scalar(0.5), 0, 2}}}) == "  @@\n++  @@\n");
    CHECK(terminal_image(Tensor<3>{{{1}}, {{0}}, {{Scalar(0.3)}}}) == "==\n");  // channels are averaged
    // 82 pixels are shown as 28: squares of three are averaged, fewer at the ends.
    Tensor<3> wide = zeros<3>({1, 4, 82});
    xt::view(wide, 0, xt::range(0, 3), xt::range(0, 3)) = 1;
    wide(0, 3, 81) = 1;
    CHECK(terminal_image(wide) == "@@\n" + std::string(54, ' ') + "@@\n");
}

}  // namespace vit
