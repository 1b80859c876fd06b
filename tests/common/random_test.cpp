#include "common/tensor/random.h"

#include <set>

#include "tests/testing.h"

namespace vit {

TEST_CASE("a seed and a chain of forks name a stream, whatever was drawn before") {
    Rng a(7), b(7);
    CHECK(a.uniform() == b.uniform());
    a.normal();
    CHECK(a.fork(3).normal() == b.fork(3).normal());
    CHECK(Rng(7).fork(3).fork(1).uniform() == b.fork(3).fork(1).uniform());
}

TEST_CASE("different seeds and forks give different streams") {
    std::set<double> first_numbers;
    std::size_t streams = 0;
    const auto note = [&](Rng rng) {
        first_numbers.insert(rng.uniform());
        ++streams;
    };
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        note(Rng(seed));
        for (std::uint64_t i = 0; i < 20; ++i) note(Rng(seed).fork(i));
        for (std::uint64_t i = 0; i < 20; ++i) note(Rng(seed).fork(i).fork(i));
    }
    note(Rng(std::uint64_t{1} << 32));
    CHECK(first_numbers.size() == streams);
}

TEST_CASE("the stream of a fork does not follow its parent's") {
    Rng parent(7), child = Rng(7).fork(0);
    double product = 0;
    constexpr int count = 20000;
    for (int i = 0; i < count; ++i) product += parent.normal() * child.normal();
    CHECK(std::abs(product / count) < 4 / std::sqrt(double{count}));  // four standard deviations
}

TEST_CASE("a seed gives the same numbers on every computer") {
    // The definition of the stream: 2^-53 times the upper 53 bits of the engine that the words 7, 0 have seeded.
    std::seed_seq words{7u, 0u};
    std::mt19937_64 engine(words);
    Rng rng(7);
    for (int i = 0; i < 5; ++i) CHECK(rng.uniform() == std::ldexp(static_cast<double>(engine() >> 11), -53));
}

TEST_CASE("uniform numbers fill [0, 1) evenly") {
    Rng rng(1);
    std::vector<int> boxes(10);
    for (int i = 0; i < 100000; ++i) {
        const double u = rng.uniform();
        REQUIRE(u >= 0);
        REQUIRE(u < 1);
        ++boxes[static_cast<std::size_t>(u * 10)];
    }
    for (int box : boxes) CHECK(std::abs(box - 10000) < 400);  // four standard deviations are 379
    Tensor<1> x = zeros<1>({1000});
    rng.fill_uniform(x.storage(), -3, -1);
    CHECK(xt::amin(x)() >= -3);
    CHECK(xt::amax(x)() < -1);
    CHECK(xt::amax(x)() - xt::amin(x)() > 1.9);
}

TEST_CASE("normal numbers have the moments of the normal distribution") {
    Rng rng(2);
    double sum = 0, squares = 0, cubes = 0, fourths = 0;
    constexpr double count = 100000;
    for (int i = 0; i < static_cast<int>(count); ++i) {
        const double x = rng.normal();
        sum += x;
        squares += x * x;
        cubes += x * x * x;
        fourths += x * x * x * x;
    }
    CHECK(std::abs(sum / count) < 0.013);          // 0, each limit is four standard deviations
    CHECK(std::abs(squares / count - 1) < 0.018);  // 1
    CHECK(std::abs(cubes / count) < 0.05);         // 0
    CHECK(std::abs(fourths / count - 3) < 0.13);   // 3
}

TEST_CASE("normal tensors have their shape, mean and standard deviation") {
    Rng rng(3);
    const Tensor<2> x = rng.normal_tensor<2>({200, 300}, Scalar(5), Scalar(0.1));
    CHECK(shape_of(x) == Shape{200, 300});
    CHECK(xt::mean<double>(x)() == doctest::Approx(5).epsilon(0.001).scale(0));
    CHECK(xt::stddev<double>(x)() == doctest::Approx(0.1).epsilon(0.02).scale(0));
}

TEST_CASE("truncated normal numbers end at two deviations on both sides, and have the deviation that was asked for") {
    Rng rng(6);
    Tensor<1> x = zeros<1>({100000});
    rng.fill_truncated_normal(x.storage(), Scalar(0.5));
    // A normal number that is cut off at +-2 has the standard deviation 0.8796, which is brought to 0.5.
    const double end = 2 * 0.5 / 0.8796256610342398;
    CHECK(xt::amax(x)() <= end);
    CHECK(xt::amax(x)() > 0.99 * end);
    CHECK(xt::amin(x)() >= -end);
    CHECK(xt::amin(x)() < -0.99 * end);
    CHECK(std::abs(xt::mean<double>(x)()) < 0.0064);  // four standard deviations
    CHECK(std::abs(xt::stddev<double>(x)() / 0.5 - 1) < 0.008);
}

TEST_CASE("a permutation holds every number once, and every order is equally likely") {
    Rng rng(4);
    const std::vector<std::size_t> order = rng.permutation(1000);
    CHECK(std::set<std::size_t>(order.begin(), order.end()).size() == 1000);
    CHECK(*std::ranges::max_element(order) == 999);
    CHECK_FALSE(std::ranges::is_sorted(order));
    CHECK(rng.permutation(0).empty());
    CHECK(rng.permutation(1) == std::vector<std::size_t>{0});

    std::vector<int> counts(64);  // of the six orders of 0, 1, 2, by their digits in base 4
    for (int i = 0; i < 12000; ++i) {
        const std::vector<std::size_t> p = rng.permutation(3);
        ++counts[p[0] * 16 + p[1] * 4 + p[2]];
    }
    CHECK(std::ranges::count_if(counts, [](int count) { return count > 0; }) == 6);
    for (int count : counts) CHECK((count == 0 || std::abs(count - 2000) < 164));  // four standard deviations
}

TEST_CASE("below stays below, and reaches every number") {
    Rng rng(5);
    std::vector<int> counts(7);
    for (int i = 0; i < 7000; ++i) ++counts.at(rng.below(7));
    for (int count : counts) CHECK(std::abs(count - 1000) < 118);  // four standard deviations
    CHECK(rng.below(1) == 0);
}

}  // namespace vit
