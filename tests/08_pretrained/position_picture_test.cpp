#include "08_pretrained/position_picture.h"

#include <cmath>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("positions are as alike as the cosine of the angle between them; the class token's is left out") {
    // The place (1, 2) has the vector (3, 4); the class token's would be like it.
    const Tensor<3> positions{{{3, 4}, {6, 8}, {-3, -4}, {4, -3}, {1, 0}, {0, 0}, {3, 4}}};
    const Tensor<2> wanted{{1, -1, 0}, {0.6, 0, 1}};
    CHECK(same(similarity_to_place(positions, {2, 3}, 1, 2), wanted, "HW", 1e-12));
    const Tensor<3> without = xt::view(positions, xt::all(), xt::range(1, 7), xt::all());
    CHECK(same(similarity_to_place(without, {2, 3}, 1, 2), wanted, "HW", 1e-12));
}

TEST_CASE("a place that the grid has not, or a grid that does not fit, is refused") {
    const Tensor<3> positions = zeros<3>({1, 6, 2});
    CHECK(error_of<std::invalid_argument>([&] {
              similarity_to_place(positions, {2, 3}, 2, 0);
          }) == "similarity_to_place: place (2, 0) of 6 positions in a grid of 2 x 3");
    CHECK_THROWS_AS(similarity_to_place(positions, {2, 3}, 0, 3), std::invalid_argument);
    CHECK_THROWS_AS(similarity_to_place(positions, {2, 4}, 0, 0), std::invalid_argument);
}

TEST_CASE("of sine positions, those at the same distance are as alike, and the next ones more than those behind") {
    const PatchGrid grid{5, 7};
    const Tensor<3> positions = sine_positions(grid);
    const Tensor<2> from_middle = similarity_to_place(positions, grid, 2, 3);
    const Tensor<2> from_corner = similarity_to_place(positions, grid, 0, 0);
    CHECK(from_middle(2, 3) == doctest::Approx(1));
    for (std::size_t w = 0; w < 3; ++w) {
        CHECK(from_middle(2, 3 - w) == doctest::Approx(from_middle(2, 3 + w)));
        CHECK(from_middle(2, 3 + w) == doctest::Approx(from_corner(0, w)));
        CHECK(from_corner(0, w) > from_corner(0, w + 1));
        CHECK(from_corner(w, 0) > from_corner(w + 1, 0));
    }
}

TEST_CASE("the picture shows the positions before and after, and the mistake where it can be made") {
    const TemporaryFolder folder;
    const std::string path = folder.file("positions.svg");
    const auto drawn = [&](PositionResize how, PatchGrid to) {
        draw_positions(path, how, sine_positions({4, 5}), {4, 5}, to);
        return read_file(path);
    };
    const std::string smaller = drawn(PositionResize::bicubic, {2, 3}), larger = drawn(PositionResize::bicubic, {6, 7});
    for (const char* text : {">before: 4 x 5<", ">bicubic: 2 x 3<", ">truncate: 2 x 3<"})
        CHECK(smaller.find(text) != std::string::npos);
    CHECK(larger.find(">bicubic: 6 x 7<") != std::string::npos);
    CHECK(larger.find("truncate") == std::string::npos);
    CHECK(drawn(PositionResize::truncate, {2, 3}).find("bicubic") == std::string::npos);
}

}  // namespace vit
