#include "common/tensor/rows.h"

#include <cmath>

#include "common/tensor/elementwise.h"
#include "common/tensor/random.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the rows of a tensor are its last axis, counted over the leading ones") {
    Rng rng(1);
    Tensor<3> x = rng.normal_tensor<3>({2, 3, 4});
    CHECK(row_count(x) == 6);
    CHECK(row_width(x) == 4);
    CHECK(row_of(x, 4)[2] == x(1, 1, 2));
    row_of(x, 5)[3] = 7;
    CHECK(x(1, 2, 3) == 7);
}

TEST_CASE("for_each_row calls every row once, in any number of threads") {
    for (const std::size_t threads : {1u, 2u, 5u}) {
        const ThreadLimit limit(threads);
        Tensor<3> x = zeros<3>({4, 51, 300});  // long enough to be shared out
        for_each_row(x, [&](std::size_t r) {
            for (Scalar& number : row_of(x, r)) number += static_cast<Scalar>(r);
        });
        for (std::size_t r = 0; r < 4 * 51; ++r) {
            CHECK(row_of(x, r)[0] == static_cast<Scalar>(r));
            CHECK(row_of(x, r)[299] == static_cast<Scalar>(r));
        }
    }
}

TEST_CASE("the largest number of a row is xtensor's, wherever it stands") {
    Rng rng(2);
    for (const std::size_t width : {1u, 2u, 15u, 16u, 17u, 32u, 53u}) {
        Tensor<1> x = rng.normal_tensor<1>({width});
        x -= 10;  // all below zero
        CHECK(largest_of(numbers_of(x)) == xt::amax(x)());
        for (std::size_t place = 0; place < width; ++place) {
            Tensor<1> y = x;
            y(place) = -1;
            CHECK(largest_of(numbers_of(y)) == -1);
            y(place) = -100;
            CHECK(largest_of(numbers_of(y)) == xt::amax(y)());
        }
    }
}

TEST_CASE("the sum of a row is the sum of its numbers") {
    Rng rng(4);
    for (const std::size_t width : {0u, 1u, 2u, 7u, 8u, 9u, 16u, 53u}) {
        const Tensor<1> x = rng.normal_tensor<1>({width});
        double sum = 0;
        for (std::size_t j = 0; j < width; ++j) sum += static_cast<double>(x(j));
        CHECK(std::abs(static_cast<double>(sum_of(numbers_of(x))) - sum) < 1e-13);
    }
}

TEST_CASE("the dot product of two rows is the sum of their products") {
    Rng rng(7);
    for (const std::size_t width : {0u, 1u, 2u, 7u, 8u, 9u, 16u, 53u}) {
        const Tensor<1> a = rng.normal_tensor<1>({width}), b = rng.normal_tensor<1>({width});
        double sum = 0;
        for (std::size_t j = 0; j < width; ++j) sum += static_cast<double>(a(j)) * static_cast<double>(b(j));
        CHECK(std::abs(static_cast<double>(dot_of(numbers_of(a), numbers_of(b))) - sum) < 1e-13);
    }
}

TEST_CASE("elementwise is the expression of the whole tensor, in any number of threads") {
    Rng rng(3);
    for (const std::size_t threads : {1u, 2u, 5u}) {
        const ThreadLimit limit(threads);
        for (const std::size_t tokens : {0u, 1u, 501u}) {
            const Tensor<3> x = rng.normal_tensor<3>({2, tokens, 101}), dy = rng.normal_tensor<3>({2, tokens, 101});
            const Tensor<3> y = elementwise(x, [](auto z) { return z * xsimd::exp(-z) + Scalar(1); });
            const Tensor<3> dx =
                elementwise(x, dy, [](auto z, auto dz) { return dz * xsimd::exp(-z) * (Scalar(1) - z); });
            REQUIRE(y.shape() == x.shape());
            REQUIRE(dx.shape() == x.shape());
            if (tokens == 0) continue;
            const Tensor<3> y_expected = x * xt::exp(-x) + Scalar(1), dx_expected = dy * xt::exp(-x) * (Scalar(1) - x);
            CHECK(xt::allclose(y, y_expected, 1e-14, 1e-14));
            CHECK(xt::allclose(dx, dx_expected, 1e-14, 1e-14));
        }
    }
}

TEST_CASE("elementwise gives a number the same bits wherever it stands and however many threads there are") {
    Rng rng(5);
    Tensor<2> x = uninitialised<2>({37, 1009});
    for (std::size_t r = 0; r < 37; ++r) {  // each row the row before, moved on by one
        for (std::size_t j = 0; j < 1009; ++j) x(r, j) = r > 0 && j > 0 ? x(r - 1, j - 1) : Scalar(rng.normal());
    }
    for (const std::size_t threads : {1u, 3u}) {
        const ThreadLimit limit(threads);
        const Tensor<2> y = elementwise(x, [](auto z) { return xsimd::erf(z) + xsimd::tanh(z); });
        std::size_t different = 0;
        for (std::size_t r = 1; r < 37; ++r) {
            for (std::size_t j = 1; j < 1009; ++j) different += y(r, j) != y(r - 1, j - 1);
        }
        CHECK(different == 0);
    }
}

TEST_CASE("exponentials are those of each number less the shift, also in place") {
    Rng rng(6);
    for (const std::size_t width : {0u, 1u, 3u, 8u, 17u, 53u}) {
        Tensor<1> x = rng.normal_tensor<1>({width}), y = zeros<1>({width + 1});
        exponentials(numbers_of(x), Scalar(0.75), numbers_of(y).first(width));
        for (std::size_t j = 0; j < width; ++j)
            CHECK(y(j) == doctest::Approx(std::exp(x(j) - 0.75)).epsilon(1e-14).scale(0));
        CHECK(y(width) == 0);  // nothing behind the end is written
        exponentials(numbers_of(x), Scalar(0.75), numbers_of(x));
        CHECK(std::equal(x.begin(), x.end(), y.begin()));
    }
}

}  // namespace vit
