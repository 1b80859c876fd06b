#include "07_training/run/prepare.h"

#include <algorithm>

#include "tests/testing.h"

namespace vit {
namespace {

const VitConfig grey{.image_height = 10, .image_width = 10, .channels = 1};

/// Light squares of 6 x 6 in the middle of 10 x 10, a little to the left.
const PictureStatistics squares{.brightness = 0.36,
                                .brightness_deviation = 0.05,
                                .contrast = 0.4,
                                .contrast_deviation = 0.05,
                                .corners = 0,
                                .ink_side = 0.6,
                                .ink_y = 0.5,
                                .ink_x = 0.4};

/// How far two images are apart at most, in grey levels.
int difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    REQUIRE(a.size() == b.size());
    int largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

/// A sheet with a rectangle drawn on it.
Picture drawing(std::size_t side, std::size_t top, std::size_t left, std::size_t height, std::size_t width,
                std::uint8_t ground, std::uint8_t ink) {
    Picture picture{side, side, std::vector<std::uint8_t>(side * side * 3, ground)};
    for (std::size_t y = top; y < top + height; ++y)
        std::fill_n(picture.pixels.begin() + static_cast<std::ptrdiff_t>((y * side + left) * 3), width * 3, ink);
    return picture;
}

}  // namespace

TEST_CASE("a drawing is made light on dark, cut, scaled and put where the training pictures have theirs") {
    std::vector<std::uint8_t> expected(100, 0);
    for (std::size_t y = 2; y < 8; ++y)
        for (std::size_t x = 1; x < 7; ++x) expected[y * 10 + x] = 255;
    for (const Picture& picture : {drawing(200, 30, 120, 60, 60, 255, 0), drawing(200, 130, 3, 60, 60, 250, 40),
                                   drawing(90, 20, 20, 36, 36, 10, 240)}) {
        CHECK(difference(prepare_picture(picture, grey, squares, false).bytes, expected) <= 8);
    }
    CHECK(prepare_picture(drawing(200, 30, 120, 60, 60, 255, 0), grey, squares, false).steps ==
          "made light on dark, cut to 60 x 60 of 200 x 200 pixels, scaled to 60 % of the side, centred");
}

TEST_CASE("in an image that is no square, a drawing has its share of the shorter side") {
    VitConfig high = grey;
    high.image_height = 14;
    PictureStatistics darker = squares;  // lines are then thick enough
    darker.brightness = 0.2;
    std::vector<std::uint8_t> expected(140, 0);
    for (std::size_t y = 4; y < 10; ++y)
        for (std::size_t x = 1; x < 7; ++x) expected[y * 10 + x] = 255;
    CHECK(difference(prepare_picture(drawing(200, 30, 120, 60, 60, 255, 0), high, darker, false).bytes, expected) <= 8);
}

TEST_CASE("a drawing that fills the image stays inside, though its centre of mass is not in its middle") {
    PictureStatistics whole = squares;
    whole.ink_side = 1;
    Picture angle = drawing(200, 30, 120, 60, 30, 255, 0);  // L
    const Picture foot = drawing(200, 78, 120, 12, 60, 255, 0);
    for (std::size_t i = 0; i < angle.pixels.size(); ++i) angle.pixels[i] = std::min(angle.pixels[i], foot.pixels[i]);
    std::vector<std::uint8_t> expected(100, 0);
    for (std::size_t y = 0; y < 10; ++y)
        for (std::size_t x = 0; x < 10; ++x)
            if (x < 5 || y >= 8) expected[y * 10 + x] = 255;
    CHECK(difference(prepare_picture(angle, grey, whole, false).bytes, expected) <= 8);
}

TEST_CASE("ink from edge to edge is doubted: a frame around the sheet is cut out with what is drawn") {
    Picture framed = drawing(100, 30, 40, 40, 20, 255, 0);
    CHECK(prepare_picture(framed, grey, squares, false).doubt.empty());
    const Picture lines = drawing(100, 2, 2, 96, 96, 255, 0), inner = drawing(100, 4, 4, 92, 92, 0, 255);
    for (std::size_t i = 0; i < framed.pixels.size(); ++i)
        if (lines.pixels[i] == 0 && inner.pixels[i] == 0) framed.pixels[i] = 0;
    CHECK(prepare_picture(framed, grey, squares, false).doubt.starts_with("what was taken for the drawing fills"));
    CHECK(prepare_picture(framed, grey, squares, true).doubt.empty());
    const Picture line = drawing(100, 0, 40, 100, 20, 255, 0);  // from edge to edge, but only down
    CHECK(prepare_picture(line, grey, squares, false).doubt.empty());
    const Picture thumb = drawing(100, 20, 0, 45, 20, 255, 0), table = drawing(100, 0, 0, 100, 30, 255, 0);
    CHECK(prepare_picture(thumb, grey, squares, false)
              .doubt.starts_with("what was taken for the drawing lies along the edge"));
    CHECK_FALSE(prepare_picture(table, grey, squares, false).doubt.empty());
}

TEST_CASE("light that falls off from one side of the sheet to the other is no ink, nor is a line along the side") {
    const Picture even = drawing(100, 30, 40, 40, 20, 255, 0);
    Picture uneven = even, ruled = even;
    for (std::size_t y = 0; y < 100; ++y)
        for (std::size_t x = 0; x < 100; ++x)
            for (std::size_t c = 0; c < 3; ++c) {
                std::uint8_t& byte = uneven.pixels[(y * 100 + x) * 3 + c];
                byte = static_cast<std::uint8_t>(byte * (250 - 0.5 * static_cast<double>(y + x)) / 255);
                std::uint8_t& line = ruled.pixels[(y * 100 + x) * 3 + c];
                if ((x % 13 == 0 || y % 13 == 0) && line == 255) line = 170;  // along two of the sides, too
            }
    const PreparedPicture prepared = prepare_picture(even, grey, squares, false);
    CHECK(difference(prepare_picture(uneven, grey, squares, false).bytes, prepared.bytes) <= 16);
    CHECK(prepare_picture(uneven, grey, squares, false).doubt.empty());
    CHECK(difference(prepare_picture(ruled, grey, squares, false).bytes, prepared.bytes) <= 60);
}

TEST_CASE("thin lines are drawn thicker, until they are as bright as the training pictures") {
    const PreparedPicture thin = prepare_picture(drawing(200, 20, 90, 160, 6, 255, 0), grey, squares, false);
    CHECK(thin.steps.find("pixels thicker") != std::string::npos);
    CHECK(brightness_of(thin.bytes).mean > 0.07);  // 0.014 as drawn
}

TEST_CASE("as it is, a picture is only scaled and cut; so is one for a model of colour pictures") {
    const Picture picture = drawing(20, 0, 0, 10, 20, 255, 0);
    const PreparedPicture plain = prepare_picture(picture, grey, squares, true);
    CHECK(plain.steps == "scaled and cut to 10 x 10");
    CHECK(plain.bytes[0] == 0);
    CHECK(plain.bytes[99] == 255);
    VitConfig colour = grey;
    colour.channels = 3;
    CHECK(prepare_picture(picture, colour, squares, false).bytes.size() == 300);
    PictureStatistics photographs = squares;
    photographs.corners = 0.5;  // no dark ground
    CHECK(prepare_picture(picture, grey, photographs, false).steps == "scaled and cut to 10 x 10");
}

TEST_CASE("an empty sheet is black, and says so") {
    const PreparedPicture empty = prepare_picture(drawing(50, 0, 0, 0, 0, 255, 0), grey, squares, false);
    CHECK(empty.bytes == std::vector<std::uint8_t>(100, 0));
    CHECK(empty.steps == "nothing is drawn in it: an empty sheet");
    const Picture grain = drawing(50, 20, 10, 9, 12, 250, 225);  // hardly seen
    CHECK(prepare_picture(grain, grey, squares, false).steps == "nothing is drawn in it: an empty sheet");
    CHECK(unlike(empty.bytes, squares) ==
          "this picture is far flatter than those that the model was trained on: its answer means little");
}

TEST_CASE("a picture far from the training pictures is told, one among them is not") {
    std::vector<std::uint8_t> bytes(100, 0);
    std::fill_n(bytes.begin(), 36, 255);
    CHECK(unlike(bytes, squares).empty());
    CHECK(unlike(std::vector<std::uint8_t>(100, 255), squares) ==
          "this picture is far brighter than those that the model was trained on: its answer means little");
}

TEST_CASE("what training pictures look like") {
    ImageSet set{2, 1, 4, 5, std::vector<std::uint8_t>(40, 0), {0, 1}};
    set.pixels[0 * 20 + 1 * 5 + 2] = 255;  // a column of 2 pixels in the first
    set.pixels[0 * 20 + 2 * 5 + 2] = 255;
    set.pixels[1 * 20 + 3 * 5 + 4] = 255;  // one corner in the second
    const PictureStatistics s = measure_pictures(set);
    const auto near = [](double wanted) { return doctest::Approx(wanted).epsilon(1e-12).scale(0); };
    CHECK(s.brightness == near((2.0 / 20 + 1.0 / 20) / 2));
    CHECK(s.brightness_deviation == near(0.025));
    CHECK(s.corners == near(0.125));
    CHECK(s.ink_side == near((2.0 / 4 + 1.0 / 4) / 2));
    CHECK(s.ink_y == near((2.0 / 4 + 3.5 / 4) / 2));
    CHECK(s.ink_x == near((2.5 / 5 + 4.5 / 5) / 2));
    PictureStatistics read;
    read_text(named_options(read), to_text([&]() -> Options {
                  static PictureStatistics kept;
                  kept = s;
                  return named_options(kept);
              }()),
              "x");
    CHECK(read.ink_x == s.ink_x);
}

TEST_CASE("a large set is measured from its first image to its last, and an empty image has no drawing") {
    ImageSet large{4000, 1, 2, 3, std::vector<std::uint8_t>(4000 * 6, 0), std::vector<std::uint8_t>(4000, 0)};
    std::fill(large.pixels.begin() + 2000 * 6, large.pixels.end(), 255);
    const PictureStatistics s = measure_pictures(large);
    CHECK(s.brightness == 0.5);
    CHECK(s.corners == 0.5);
    CHECK(s.ink_side == 1);  // of those that have one
    CHECK(s.ink_y == 0.5);
    for (const std::size_t corner : {0u, 2u, 3u, 5u}) {  // of 2 x 3 pixels
        ImageSet one{1, 1, 2, 3, std::vector<std::uint8_t>(6, 0), {0}};
        one.pixels[corner] = 255;
        CHECK(measure_pictures(one).corners == 0.25);
    }
}

}  // namespace vit
