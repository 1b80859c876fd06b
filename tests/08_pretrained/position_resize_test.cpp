#include "08_pretrained/position_resize.h"

#include <cmath>

#include "tests/testing.h"

namespace vit {
namespace {

const std::vector<PositionResize> with_weights{
    PositionResize::bilinear,          PositionResize::bilinear_align_corners,
    PositionResize::bicubic,           PositionResize::bicubic_align_corners,
    PositionResize::bicubic_antialias, PositionResize::bilinear_antialias};

std::string name_of(PositionResize how) {
    return position_resize_names.at(static_cast<std::size_t>(how));
}

Tensor<3> random_positions(std::size_t count, std::size_t width) {
    Rng rng(3);
    Tensor<3> positions = uninitialised<3>({1, count, width});
    rng.fill_normal(positions.storage(), 0, 1);
    return positions;
}

Comparison same(Tensor<2> got, Tensor<2> wanted) {
    return compare(numbers(parameter("", got)), numbers(parameter("", wanted)), "", 1e-12);
}

Comparison same(Tensor<3> got, Tensor<3> wanted, double tolerance = 1e-12) {
    return compare(numbers(parameter("", got)), numbers(parameter("", wanted)), "", tolerance);
}

/// Positions whose numbers grow evenly along both axes of the grid: 2 h - 3 w + 10 d.
Tensor<3> linear_positions(PatchGrid grid, std::size_t width, double row_step, double column_step) {
    Tensor<3> positions = uninitialised<3>({1, grid.rows * grid.columns, width});
    for (std::size_t h = 0; h < grid.rows; ++h)
        for (std::size_t w = 0; w < grid.columns; ++w)
            for (std::size_t d = 0; d < width; ++d)
                positions(0, h * grid.columns + w, d) = 2 * row_step * static_cast<double>(h) -
                                                        3 * column_step * static_cast<double>(w) +
                                                        10 * static_cast<double>(d);
    return positions;
}

}  // namespace

TEST_CASE("weights by hand: two places become four") {
    // The new places lie at -1/4, 1/4, 3/4 and 5/4. Beyond the edge there is only the edge.
    CHECK(same(resize_weights(PositionResize::bilinear, 2, 4), {{1, 0}, {0.75, 0.25}, {0.25, 0.75}, {0, 1}}));
    // At 0, 1/3, 2/3 and 1.
    CHECK(same(resize_weights(PositionResize::bilinear_align_corners, 2, 4),
               {{1, 0}, {2 / 3., 1 / 3.}, {1 / 3., 2 / 3.}, {0, 1}}));
    // Nothing falls together, so antialias has nothing to do but for the edge, where only what is there counts.
    CHECK(same(resize_weights(PositionResize::bilinear_antialias, 2, 4), {{1, 0}, {0.75, 0.25}, {0.25, 0.75}, {0, 1}}));
}

TEST_CASE("weights by hand: four places become two") {
    // The new places lie at 1/2 and 5/2.
    CHECK(same(resize_weights(PositionResize::bilinear, 4, 2), {{0.5, 0.5, 0, 0}, {0, 0, 0.5, 0.5}}));
    CHECK(same(resize_weights(PositionResize::bilinear_align_corners, 4, 2), {{1, 0, 0, 0}, {0, 0, 0, 1}}));
    // Twice as wide: 1/4, 3/4, 3/4, 1/4 around each, of which the outermost is not there.
    CHECK(same(resize_weights(PositionResize::bilinear_antialias, 4, 2),
               {{3 / 7., 3 / 7., 1 / 7., 0}, {0, 1 / 7., 3 / 7., 3 / 7.}}));
    // Half-way between two places, Keys' cubic has the weights a/8, 1/2 - a/8 on each side, with a = -3/4.
    CHECK(same(resize_weights(PositionResize::bicubic, 4, 2),
               {{0.5, 19 / 32., -3 / 32., 0}, {0, -3 / 32., 19 / 32., 0.5}}));
}

TEST_CASE("where one place is asked for, it is the middle, or with aligned corners the first") {
    CHECK(same(resize_weights(PositionResize::bilinear, 3, 1), {{0, 1, 0}}));
    CHECK(same(resize_weights(PositionResize::bicubic, 5, 1), {{0, 0, 1, 0, 0}}));
    CHECK(same(resize_weights(PositionResize::bicubic_align_corners, 3, 1), {{1, 0, 0}}));
}

TEST_CASE("each row of weights adds up to 1") {
    for (const PositionResize how : with_weights) {
        for (const Shape& shape : {Shape{24, 14}, {14, 24}, {7, 3}, {2, 11}, {5, 1}}) {  // (to, from)
            INFO(name_of(how), " ", to_string(shape));
            const Tensor<2> weights = resize_weights(how, shape[1], shape[0]);
            REQUIRE(shape_of(weights) == shape);
            const Tensor<1> sums = xt::sum(weights, {1});
            for (const Scalar sum : sums) CHECK(std::abs(sum - 1) < 1e-14);
        }
    }
}

TEST_CASE("every old place has a share in a smaller grid with antialias, and only there") {
    const auto unused = [](PositionResize how) {
        const Tensor<1> shares = xt::sum(xt::abs(resize_weights(how, 12, 3)), {0});
        return std::ranges::count(shares, Scalar(0));
    };
    CHECK(unused(PositionResize::bilinear_antialias) == 0);
    CHECK(unused(PositionResize::bicubic_antialias) == 0);
    CHECK(unused(PositionResize::bilinear) == 6);
}

TEST_CASE("positions that are all alike stay as they are, in every size") {
    Tensor<3> alike = uninitialised<3>({1, 3 * 5, 2});
    xt::view(alike, 0, xt::all(), 0) = 0.25;
    xt::view(alike, 0, xt::all(), 1) = -4;
    for (const PositionResize how : with_weights) {
        INFO(name_of(how));
        const Tensor<3> resized = resize_positions(how, alike, {3, 5}, {7, 4});
        REQUIRE(shape_of(resized) == Shape{1, 28, 2});
        for (std::size_t t = 0; t < 28; ++t) {
            CHECK(resized(0, t, 0) == doctest::Approx(0.25));
            CHECK(resized(0, t, 1) == doctest::Approx(-4));
        }
    }
}

TEST_CASE("with aligned corners, what grows evenly does so in every size, between the same corners") {
    const PatchGrid from{4, 6}, to{10, 3};
    const Tensor<3> linear = linear_positions(from, 2, 1, 1);
    const Tensor<3> wanted = linear_positions(to, 2, 3 / 9., 5 / 2.);
    CHECK(same(resize_positions(PositionResize::bilinear_align_corners, linear, from, to), wanted));
    const Tensor<3> half_way = resize_positions(PositionResize::bilinear, linear, from, to);
    CHECK_FALSE(same(half_way, wanted));
}

TEST_CASE("rows and columns of the grid are resized by their own weights") {
    // One column becomes two of the same, one row becomes three.
    const Tensor<3> positions = {{{1, 10}, {2, 20}, {4, 40}}};
    CHECK(same(resize_positions(PositionResize::bilinear, positions, {3, 1}, {3, 2}),
               {{{1, 10}, {1, 10}, {2, 20}, {2, 20}, {4, 40}, {4, 40}}}));
    CHECK(same(resize_positions(PositionResize::bilinear_align_corners, positions, {1, 3}, {2, 5}),
               {{{1, 10}, {1.5, 15}, {2, 20}, {3, 30}, {4, 40}, {1, 10}, {1.5, 15}, {2, 20}, {3, 30}, {4, 40}}}));
    // As many patches, but in a row: the middle one's numbers everywhere.
    CHECK(same(resize_positions(PositionResize::bilinear, positions, {3, 1}, {1, 3}), {{{2, 20}, {2, 20}, {2, 20}}}));
}

TEST_CASE("the same grid changes nothing, not even what is no number") {
    Tensor<3> positions = random_positions(1 + 3 * 5, 4);
    positions(0, 6, 2) = INFINITY;
    for (std::size_t i = 0; i < position_resize_names.size(); ++i) {
        INFO(position_resize_names[i]);
        CHECK(same(resize_positions(static_cast<PositionResize>(i), positions, {3, 5}, {3, 5}), positions, 0));
    }
}

TEST_CASE("the weights of the same size would change nothing either") {
    for (const PositionResize how : with_weights) {
        INFO(name_of(how));
        CHECK(same(resize_weights(how, 4, 4), {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}));
    }
}

TEST_CASE("the class token's position stays in front, and what follows is as without one") {
    const Tensor<3> with_class_token = random_positions(1 + 3 * 5, 4);
    const Tensor<3> without = xt::view(with_class_token, xt::all(), xt::range(1, 16), xt::all());
    for (std::size_t i = 0; i < position_resize_names.size(); ++i) {
        INFO(position_resize_names[i]);
        const auto how = static_cast<PositionResize>(i);
        const Tensor<3> resized = resize_positions(how, with_class_token, {3, 5}, {7, 2});
        REQUIRE(shape_of(resized) == Shape{1, 15, 4});
        for (std::size_t d = 0; d < 4; ++d) CHECK(resized(0, 0, d) == with_class_token(0, 0, d));
        const Tensor<3> behind = xt::view(resized, xt::all(), xt::range(1, 15), xt::all());
        CHECK(same(behind, resize_positions(how, without, {3, 5}, {7, 2}), 0));
    }
}

TEST_CASE("truncate takes the first positions, and with them those of other places") {
    const PatchGrid from{4, 6}, to{2, 3};
    const Tensor<3> linear = linear_positions(from, 2, 1, 1);
    const Tensor<3> truncated = resize_positions(PositionResize::truncate, linear, from, to);
    // The first row of the old grid, where two rows should be: no number tells the new rows apart.
    CHECK(same(truncated, linear_positions({1, 6}, 2, 1, 1), 0));
}

TEST_CASE("what does not fit together is refused with both grids and the number of positions") {
    const auto error = [](PositionResize how, std::size_t count, PatchGrid from, PatchGrid to) {
        return error_of<std::invalid_argument>([&] { resize_positions(how, random_positions(count, 4), from, to); });
    };
    CHECK(error(PositionResize::bicubic, 17, {3, 5}, {6, 7}) ==
          "resize_positions: 17 positions, from 3 x 5 patches to 6 x 7: a grid of 3 x 5 has 15 positions, or 16 with a "
          "class token");
    CHECK(error(PositionResize::bicubic, 14, {3, 5}, {3, 5}) ==
          "resize_positions: 14 positions, from 3 x 5 patches to 3 x 5: a grid of 3 x 5 has 15 positions, or 16 with a "
          "class token");
    CHECK(error(PositionResize::bilinear, 15, {3, 5}, {0, 7}) ==
          "resize_positions: 15 positions, from 3 x 5 patches to 0 x 7: a grid has no patches");
    CHECK(error(PositionResize::bilinear, 1, {3, 0}, {2, 7}) ==
          "resize_positions: 1 positions, from 3 x 0 patches to 2 x 7: a grid has no patches");
    CHECK(error(PositionResize::truncate, 16, {3, 5}, {6, 7}) ==
          "resize_positions: 16 positions, from 3 x 5 patches to 6 x 7: truncate can only leave positions out, but 43 "
          "are needed");
    const Tensor<3> two_images = zeros<3>({2, 15, 4});
    CHECK(error_of<std::invalid_argument>([&] {
              resize_positions(PositionResize::bilinear, two_images, {3, 5}, {6, 7});
          }) == "resize_positions: positions (1 T D) has shape (2, 15, 4); axis 0 must be 1, but it is 2");
    CHECK(error_of<std::invalid_argument>([] { resize_weights(PositionResize::truncate, 3, 2); }) ==
          "resize_weights: truncate has no weights, it takes the first positions as they are");
    CHECK(error_of<std::invalid_argument>([] { resize_weights(PositionResize::bicubic, 0, 2); }) ==
          "resize_weights: 0 places cannot become 2");
    CHECK(error_of<std::invalid_argument>([] { resize_weights(PositionResize::bicubic, 3, 0); }) ==
          "resize_weights: 3 places cannot become 0");
}

}  // namespace vit
