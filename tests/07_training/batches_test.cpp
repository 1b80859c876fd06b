#include "07_training/batches.h"

#include <numeric>

#include "common/files/idx.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// Five random images (2, 6, 7): no two sizes are equal.
ImageSet random_images() {
    ImageSet set{5, 2, 6, 7, std::vector<std::uint8_t>(5 * 2 * 6 * 7), {3, 1, 4, 1, 5}};
    Rng rng(1);
    for (std::uint8_t& pixel : set.pixels) pixel = static_cast<std::uint8_t>(rng.below(256));
    return set;
}

Scalar normalised(const ImageSet& set, const Normalisation& n, std::size_t image, std::size_t c, std::size_t y,
                  std::size_t x) {
    return (set.pixels[((image * set.channels + c) * set.height + y) * set.width + x] / 255.0 - n.mean[c]) /
           n.standard_deviation[c];
}

/// Has `part` the very same numbers as `whole` from image `first` on?
Comparison is_part_of(const Tensor<4>& part, const Tensor<4>& whole, std::size_t first) {
    return same(part, xt::view(whole, xt::range(first, first + part.shape()[0])), "BCHW");
}

}  // namespace

TEST_CASE("normalised training images have mean 0 and standard deviation 1") {
    const ImageSet digits = load_idx_data(DATA_FILES "/digits").train;
    for (const ImageSet& set : {random_images(), digits}) {
        std::vector<std::size_t> all(set.count);
        std::iota(all.begin(), all.end(), std::size_t(0));
        const Tensor<4> images = make_batch(set, all, measure_normalisation(set)).images;
        double sum = 0, squares = 0;
        for (Scalar pixel : images) {
            sum += pixel;
            squares += pixel * pixel;
        }
        CHECK(std::abs(sum / static_cast<double>(images.size())) < 1e-12);
        CHECK(squares / static_cast<double>(images.size()) == doctest::Approx(1).epsilon(1e-12).scale(0));
    }
}

TEST_CASE("the normalisation worked by hand; images of one colour are not divided by zero") {
    const Normalisation n = measure_normalisation({2, 1, 1, 2, {0, 255, 255, 255}, {0, 1}});
    CHECK(n.mean == std::vector{0.75});
    CHECK(n.standard_deviation.at(0) == doctest::Approx(std::sqrt(0.1875)).epsilon(1e-15).scale(0));
    const Normalisation grey = measure_normalisation({1, 1, 2, 2, {51, 51, 51, 51}, {0}});
    CHECK(grey.mean.at(0) == doctest::Approx(0.2).epsilon(1e-15).scale(0));
    CHECK(grey.standard_deviation.at(0) == 1);
}

TEST_CASE("a batch has the images that were asked for, in that order, with their labels and every pixel in its place") {
    const ImageSet set = random_images();
    const Normalisation n{{0.3, 0.4}, {0.2, 0.1}};
    const std::vector<std::size_t> indices{4, 0, 2, 0};
    const Batch batch = make_batch(set, indices, n);
    CHECK(batch.labels == Labels{5, 3, 4, 3});
    Tensor<4> expected = zeros<4>({4, 2, 6, 7});
    for (std::size_t b = 0; b < 4; ++b)
        for (std::size_t c = 0; c < 2; ++c)
            for (std::size_t y = 0; y < 6; ++y)
                for (std::size_t x = 0; x < 7; ++x) expected(b, c, y, x) = normalised(set, n, indices[b], c, y, x);
    CHECK(same(batch.images, expected, "BCHW", 1e-13));
}

TEST_CASE("without any change, an augmented batch is the batch to the bit") {
    const ImageSet set = random_images();
    const std::vector<std::size_t> indices{4, 0, 2};
    const Batch plain = make_batch(set, indices, {{0.3, 0.3}, {0.2, 0.2}}),
                augmented = make_augmented_batch(set, indices, {{0.3, 0.3}, {0.2, 0.2}}, {}, Rng(1));
    CHECK(same(augmented.images, plain.images, "BCHW"));
    CHECK(augmented.labels == plain.labels);
}

TEST_CASE("changes too small to see give the image itself") {
    const ImageSet set = random_images();
    const std::vector<std::size_t> indices{4, 0, 2};
    const Augmentation tiny{.shift = 1e-12, .rotate = 1e-12, .scale = 1e-12};
    const Tensor<4> plain = make_batch(set, indices, {{0.3, 0.3}, {0.2, 0.2}}).images;
    CHECK(same(make_augmented_batch(set, indices, {{0.3, 0.3}, {0.2, 0.2}}, tiny, Rng(1)).images, plain, "BCHW", 1e-9));
}

TEST_CASE("an augmented batch keeps the labels, is the same for the same numbers, and another for others") {
    const ImageSet set = random_images();
    const std::vector<std::size_t> indices{4, 0, 2};
    const Augmentation change{.shift = 1.5, .rotate = 20, .scale = 0.2};
    const Batch batch = make_augmented_batch(set, indices, {}, change, Rng(1));
    CHECK(batch.labels == Labels{5, 3, 4});
    CHECK(same(batch.images, make_augmented_batch(set, indices, {}, change, Rng(1)).images, "BCHW"));
    CHECK_FALSE(same(batch.images, make_augmented_batch(set, indices, {}, change, Rng(2)).images, "BCHW"));
    CHECK_FALSE(same(batch.images, make_batch(set, indices, {}).images, "BCHW"));
}

TEST_CASE("the change of an image depends neither on the images beside it nor on how the batch is cut") {
    const ImageSet set = random_images();
    const std::vector<std::size_t> indices{4, 0, 2, 1, 3};
    const Augmentation change{.shift = 1.5, .rotate = 20, .scale = 0.2};
    const Tensor<4> whole = make_augmented_batch(set, indices, {}, change, Rng(1)).images;
    for (std::size_t cut = 1; cut < 5; ++cut) {
        const std::span<const std::size_t> all(indices);
        CHECK(is_part_of(make_augmented_batch(set, all.first(cut), {}, change, Rng(1)).images, whole, 0));
        CHECK(is_part_of(make_augmented_batch(set, all.subspan(cut), {}, change, Rng(1)).images, whole, cut));
    }
    // Two images with the same pixels are changed differently.
    ImageSet twins = subset(set, std::vector<std::size_t>{2, 2});
    const Tensor<4> pair = make_augmented_batch(twins, std::vector<std::size_t>{0, 1}, {}, change, Rng(1)).images;
    CHECK_FALSE(
        is_part_of(make_augmented_batch(twins, std::vector<std::size_t>{1}, {}, change, Rng(1)).images, pair, 0));
}

TEST_CASE("a shift moves pixels, and what comes in from outside is black") {
    // The change of image i is drawn in the order angle, zoom, down, right from fork(i); these are the shifts.
    const ImageSet set = random_images();
    const std::vector<std::size_t> indices{3};
    const Normalisation n{{0.3, 0.4}, {0.2, 0.1}};
    Rng numbers = Rng(1).fork(3);
    numbers.uniform();
    numbers.uniform();
    const double down = 2 * numbers.uniform() - 1, right = 2 * numbers.uniform() - 1;
    const auto black = [&](std::size_t c) { return static_cast<Scalar>(-n.mean[c] / n.standard_deviation[c]); };
    const auto pixel = [&](std::size_t c, std::ptrdiff_t y, std::ptrdiff_t x) {
        const bool inside = y >= 0 && x >= 0 && y < 6 && x < 7;
        return inside ? normalised(set, n, 3, c, static_cast<std::size_t>(y), static_cast<std::size_t>(x)) : black(c);
    };
    // A limit that makes the shift along one axis 2 whole pixels; along the other it lies between pixels.
    for (const bool along_y : {true, false}) {
        const double limit = 2 / std::abs(along_y ? down : right);
        const Tensor<4> moved = make_augmented_batch(set, indices, n, {.shift = limit}, Rng(1)).images;
        const std::ptrdiff_t whole = (along_y ? down : right) > 0 ? 2 : -2;
        const double other = limit * (along_y ? right : down);
        const auto before = static_cast<std::ptrdiff_t>(std::floor(-other));
        const double share = -other - std::floor(-other);
        for (std::size_t c = 0; c < 2; ++c)
            for (std::ptrdiff_t y = 0; y < 6; ++y)
                for (std::ptrdiff_t x = 0; x < 7; ++x) {
                    const Scalar first = along_y ? pixel(c, y - whole, x + before) : pixel(c, y + before, x - whole);
                    const Scalar second =
                        along_y ? pixel(c, y - whole, x + before + 1) : pixel(c, y + before + 1, x - whole);
                    const Scalar expected = (1 - share) * first + share * second;
                    CHECK(moved(0, c, static_cast<std::size_t>(y), static_cast<std::size_t>(x)) ==
                          doctest::Approx(expected).epsilon(1e-9).scale(0));
                }
    }
}

TEST_CASE("shifts stay within their limit on both axes, to both sides, and reach nearly all of it") {
    // One bright pixel in the middle of 9 x 11: its centre of mass shows how far it went.
    ImageSet set{400, 1, 9, 11, std::vector<std::uint8_t>(400 * 99, 0), std::vector<std::uint8_t>(400, 0)};
    for (std::size_t i = 0; i < 400; ++i) set.pixels[i * 99 + 4 * 11 + 5] = 255;
    std::vector<std::size_t> all(400);
    std::iota(all.begin(), all.end(), std::size_t(0));
    const Tensor<4> moved = make_augmented_batch(set, all, {}, {.shift = 1.5}, Rng(1)).images;
    double most_down = 0, most_up = 0, most_right = 0, most_left = 0;
    for (std::size_t i = 0; i < 400; ++i) {
        double mass = 0, down = 0, right = 0;
        for (std::size_t y = 0; y < 9; ++y)
            for (std::size_t x = 0; x < 11; ++x) {
                mass += moved(i, 0, y, x);
                down += moved(i, 0, y, x) * (static_cast<double>(y) - 4);
                right += moved(i, 0, y, x) * (static_cast<double>(x) - 5);
            }
        CHECK(mass == doctest::Approx(1).epsilon(1e-12).scale(0));
        most_down = std::max(most_down, down);
        most_up = std::max(most_up, -down);
        most_right = std::max(most_right, right);
        most_left = std::max(most_left, -right);
    }
    for (double most : {most_down, most_up, most_right, most_left}) {
        CHECK(most <= 1.5 + 1e-12);
        CHECK(most > 1.4);
    }
}

TEST_CASE("turning and scaling leave the pixel in the middle where it is and move the others along circles and rays") {
    // One bright pixel two to the right of the middle of 9 x 9.
    ImageSet set{200, 1, 9, 9, std::vector<std::uint8_t>(200 * 81, 0), std::vector<std::uint8_t>(200, 0)};
    for (std::size_t i = 0; i < 200; ++i) {
        set.pixels[i * 81 + 4 * 9 + 4] = 255;
        set.pixels[i * 81 + 4 * 9 + 7] = 255;
    }
    std::vector<std::size_t> all(200);
    std::iota(all.begin(), all.end(), std::size_t(0));
    const Tensor<4> turned = make_augmented_batch(set, all, {}, {.rotate = 30}, Rng(1)).images;
    const Tensor<4> scaled = make_augmented_batch(set, all, {}, {.scale = 0.3}, Rng(1)).images;
    bool clockwise = false, counterclockwise = false, larger = false, smaller = false;
    for (std::size_t i = 0; i < 200; ++i) {
        CHECK(turned(i, 0, 4, 4) == doctest::Approx(1).epsilon(1e-12).scale(0));
        CHECK(scaled(i, 0, 4, 4) == doctest::Approx(1).epsilon(1e-12).scale(0));
        // Three pixels out, 30 degrees are 1.5 pixels up or down.
        clockwise = clockwise || turned(i, 0, 5, 7) > 0.4;
        counterclockwise = counterclockwise || turned(i, 0, 3, 7) > 0.4;
        CHECK(turned(i, 0, 4, 1) == 0);
        larger = larger || scaled(i, 0, 4, 8) > 0.4;
        smaller = smaller || scaled(i, 0, 4, 6) > 0.4;
    }
    CHECK(clockwise);
    CHECK(counterclockwise);
    CHECK(larger);
    CHECK(smaller);
}

TEST_CASE("a quarter turn brings every pixel to the place that a quarter turn brings it to") {
    const std::size_t side = 5;
    ImageSet set{1, 1, side, side, std::vector<std::uint8_t>(side * side), {0}};
    Rng numbers(2);
    for (std::uint8_t& byte : set.pixels) byte = static_cast<std::uint8_t>(256 * numbers.uniform());
    const std::vector<std::size_t> only{0};
    const Tensor<4> before = make_batch(set, only, {}).images;
    // The first number that is drawn for an image is its angle, as a share of the limit.
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const double share = 2 * Rng(seed).fork(0).uniform() - 1;
        const Tensor<4> turned =
            make_augmented_batch(set, only, {}, {.rotate = 90 / std::abs(share)}, Rng(seed)).images;
        for (std::size_t y = 0; y < side; ++y)
            for (std::size_t x = 0; x < side; ++x) {
                const Scalar expected = share > 0 ? before(0, 0, side - 1 - x, y) : before(0, 0, x, side - 1 - y);
                CHECK(turned(0, 0, y, x) == doctest::Approx(expected).epsilon(1e-9).scale(1));
            }
    }
}

TEST_CASE("a pixel three from the middle is four away in an image 4/3 as large, and two in one 2/3 as large") {
    ImageSet set{1, 1, 11, 11, std::vector<std::uint8_t>(11 * 11, 0), {0}};
    set.pixels[5 * 11 + 5 + 3] = 255;
    const std::vector<std::size_t> only{0};
    // The second number that is drawn for an image is its change of scale, as a share of the limit.
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Rng numbers = Rng(seed).fork(0);
        numbers.uniform();
        const double share = 2 * numbers.uniform() - 1;
        const Augmentation change{.scale = 1 / (3 * std::abs(share))};
        const Tensor<4> scaled = make_augmented_batch(set, only, {}, change, Rng(seed)).images;
        CHECK(scaled(0, 0, 5, share > 0 ? 5 + 4 : 5 + 2) == doctest::Approx(1).epsilon(1e-9).scale(0));
    }
}

TEST_CASE("with the smallest alpha, mixup takes one of two images whole") {
    const ImageSet set = random_images();
    const std::vector<std::size_t> indices{4, 0, 2};
    std::size_t own = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Batch batch = make_batch(set, indices, {});
        mix_up(batch, 1e-300, Rng(seed));
        CHECK((batch.share == 0 || batch.share == 1));
        own += batch.share == 1;
    }
    CHECK(own > 8);
    CHECK(own < 32);
}

TEST_CASE("a part of a batch has the images from begin to end, with their labels") {
    const ImageSet set = random_images();
    const std::vector<std::size_t> indices{4, 0, 2, 1}, middle{0, 2};
    const Batch part = part_of(make_batch(set, indices, {}), 1, 3), expected = make_batch(set, middle, {});
    CHECK(same(part.images, expected.images, "BCHW"));
    CHECK(part.labels == Labels{3, 4});
}

TEST_CASE("a subset has the images with these indices") {
    const ImageSet set = random_images(), part = subset(set, std::vector<std::size_t>{3, 0});
    CHECK(part.count == 2);
    CHECK(part.channels == 2);
    CHECK(part.height == 6);
    CHECK(part.width == 7);
    CHECK(part.labels == std::vector<std::uint8_t>{1, 3});
    const std::vector<std::size_t> in_set{3, 0}, in_part{0, 1};
    CHECK(same(make_batch(part, in_part, {}).images, make_batch(set, in_set, {}).images, "BCHW"));
}

}  // namespace vit
