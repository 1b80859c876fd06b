#include "07_training/augment.h"

#include <numeric>

#include "07_training/batches.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// One random image (3, 5, 8), many times.
ImageSet colour_images(std::size_t count) {
    ImageSet set{count, 3, 5, 8, {}, std::vector<std::uint8_t>(count, 0)};
    Rng rng(2);
    std::vector<std::uint8_t> image(3 * 5 * 8);
    for (std::uint8_t& byte : image) byte = static_cast<std::uint8_t>(rng.below(256));
    for (std::size_t i = 0; i < count; ++i) set.pixels.insert(set.pixels.end(), image.begin(), image.end());
    return set;
}

Tensor<4> changed(const ImageSet& set, const Augmentation& change, std::uint64_t seed = 1) {
    std::vector<std::size_t> all(set.count);
    std::iota(all.begin(), all.end(), std::size_t(0));
    return make_augmented_batch(set, all, {}, change, Rng(seed)).images;
}

}  // namespace

TEST_CASE("a flip mirrors left and right, of as many images as it says") {
    const ImageSet set = colour_images(400);
    const Tensor<4> plain = changed(set, {}), all = changed(set, {.flip = 1}), some = changed(set, {.flip = 0.25});
    std::size_t mirrored = 0;
    for (std::size_t i = 0; i < set.count; ++i) {
        for (std::size_t y = 0; y < 5; ++y)
            for (std::size_t x = 0; x < 8; ++x)
                CHECK(all(i, 1, y, x) == doctest::Approx(plain(i, 1, y, 7 - x)).epsilon(1e-9).scale(0));
        mirrored += std::abs(some(i, 0, 0, 0) - plain(i, 0, 0, 7)) < 1e-9;
    }
    CHECK(mirrored > 60);
    CHECK(mirrored < 140);
}

TEST_CASE("a crop shows a part of the image, from inside, made as large") {
    // Brightness grows by one from column to column: what is seen tells where it is from, and how large the part is.
    ImageSet set{300, 1, 40, 40, {}, std::vector<std::uint8_t>(300, 0)};
    for (std::size_t i = 0; i < set.count * 1600; ++i) set.pixels.push_back(static_cast<std::uint8_t>(100 + i % 40));
    const Tensor<4> images = changed(set, {.crop = 0.25});
    double smallest = 1, largest = 0;
    for (std::size_t i = 0; i < set.count; ++i) {
        // Between two pixels in the middle of a row, the step is the side of the part.
        const double side = 255 * static_cast<double>(images(i, 0, 20, 21) - images(i, 0, 20, 20));
        smallest = std::min(smallest, side);
        largest = std::max(largest, side);
        for (const std::size_t x : {2U, 37U}) {
            CHECK(255 * images(i, 0, 20, x) > 99.9);  // nothing black has come in
            CHECK(255 * images(i, 0, 20, x) < 139.1);
        }
    }
    CHECK(smallest >= 0.5 - 1e-6);  // the root of 0.25
    CHECK(smallest < 0.53);
    CHECK(largest <= 1 + 1e-6);
    CHECK(largest > 0.97);
}

TEST_CASE("random changes leave some images alone, change most, and stay within 0 and 255") {
    const ImageSet set = colour_images(500);
    const Tensor<4> plain = changed(set, {}), images = changed(set, {.random_changes = 1, .strength = 9});
    std::size_t alike = 0;
    for (std::size_t i = 0; i < set.count; ++i) {
        bool same_image = true;
        for (std::size_t j = 0; j < 120; ++j)
            same_image = same_image && std::abs(images.flat(i * 120 + j) - plain.flat(i * 120 + j)) < 1e-9;
        alike += same_image;
    }
    CHECK(alike > 15);  // one change of 13 is none
    CHECK(alike < 90);
    CHECK(*std::ranges::min_element(images.storage()) >= 0);
    CHECK(*std::ranges::max_element(images.storage()) <= 1 + 1e-9);
    CHECK_FALSE(same(images, changed(set, {.random_changes = 2, .strength = 9}), "BCHW"));
    CHECK(same(images, changed(set, {.random_changes = 1, .strength = 9}), "BCHW"));
}

TEST_CASE("mixup mixes images and labels by one share") {
    const ImageSet set = [] {
        ImageSet five = colour_images(5);
        Rng rng(4);
        for (std::uint8_t& byte : five.pixels) byte = static_cast<std::uint8_t>(rng.below(256));
        five.labels = {3, 1, 4, 0, 2};
        return five;
    }();
    const std::vector<std::size_t> all{0, 1, 2, 3, 4};
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Batch plain = make_batch(set, all, {});
        Batch mixed = plain;
        mix_up(mixed, 0.4, Rng(seed));
        CHECK(mixed.labels == plain.labels);
        CHECK(mixed.share >= 0);
        CHECK(mixed.share <= 1);
        sum += mixed.share;
        for (std::size_t b = 0; b < 5; ++b) {
            const auto other = static_cast<std::size_t>(std::ranges::find(plain.labels, mixed.other_labels.at(b)) -
                                                        plain.labels.begin());
            CHECK(mixed.images(b, 2, 3, 4) == doctest::Approx(mixed.share * plain.images(b, 2, 3, 4) +
                                                              (1 - mixed.share) * plain.images(other, 2, 3, 4))
                                                  .epsilon(1e-12)
                                                  .scale(0));
        }
        const Batch part = part_of(mixed, 1, 3);
        CHECK(part.share == mixed.share);
        CHECK(part.other_labels == Labels{mixed.other_labels[1], mixed.other_labels[2]});
    }
    CHECK(sum / 200 == doctest::Approx(0.5).epsilon(0.12));  // the mean of Beta(a, a)
}

TEST_CASE("images in files, images of another size and images in memory give the same batch") {
    ImageSet stored = colour_images(4);
    set_image_size(stored, 10, 6);
    const ImageSet memory = in_memory(stored);
    CHECK(memory.pixels.size() == 4 * 3 * 10 * 6);
    CHECK(memory.stored_height == 0);
    CHECK(same(changed(memory, {.shift = 1}), changed(stored, {.shift = 1}), "BCHW"));
    CHECK(measure_normalisation(memory).mean == measure_normalisation(stored).mean);
}

TEST_CASE("the normalisation of colour is one for each channel") {
    const ImageSet set{1, 2, 1, 2, {0, 255, 51, 51}, {0}};
    const Normalisation n = measure_normalisation(set);
    CHECK(n.mean == std::vector{0.5, 0.2});
    CHECK(n.standard_deviation == std::vector{0.5, 1.0});
    const std::vector<std::size_t> only{0};
    CHECK(same(make_batch(set, only, n).images, {{{{-1, 1}}, {{0, 0}}}}, "BCHW", 1e-12));
}

}  // namespace vit
