#include "common/tensor/rows.h"

#include "common/tensor/elementwise.h"
#include "common/tensor/random.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the rows of a tensor are its last axis, counted over the leading ones") {
    Rng rng(1);
    Tensor<3> x = rng.normal_tensor<3>({2, 3, 4});
    CHECK(row_count(x) == 6);
    CHECK(row_width(x) == 4);
    CHECK(row(x, std::size_t(4))[2] == x(1, 1, 2));
    row(x, std::size_t(5))[3] = 7;
    CHECK(x(1, 2, 3) == 7);
}

TEST_CASE("for_each_row calls every row once, in any number of threads") {
    for (const std::size_t threads : {1u, 2u, 5u}) {
        const ThreadLimit limit(threads);
        Tensor<3> x = zeros<3>({4, 51, 300});  // long enough to be shared out
        for_each_row(x, [&](std::size_t r) {
            for (Scalar& number : row(x, r)) number += static_cast<Scalar>(r);
        });
        for (std::size_t r = 0; r < 4 * 51; ++r) {
            CHECK(row(x, r)[0] == static_cast<Scalar>(r));
            CHECK(row(x, r)[299] == static_cast<Scalar>(r));
        }
    }
}

TEST_CASE("the largest number of a row is xtensor's, wherever it stands") {
    Rng rng(2);
    for (const std::size_t width : {1u, 2u, 15u, 16u, 17u, 32u, 53u}) {
        Tensor<1> x = rng.normal_tensor<1>({width});
        x -= 10;  // all below zero
        CHECK(largest(row(x, std::size_t(0))) == xt::amax(x)());
        for (std::size_t place = 0; place < width; ++place) {
            Tensor<1> y = x;
            y(place) = -1;
            CHECK(largest(row(y, std::size_t(0))) == -1);
            y(place) = -100;
            CHECK(largest(row(y, std::size_t(0))) == xt::amax(y)());
        }
    }
}

TEST_CASE("elementwise is the expression of the whole tensor, in any number of threads") {
    Rng rng(3);
    for (const std::size_t threads : {1u, 2u, 5u}) {
        const ThreadLimit limit(threads);
        for (const std::size_t tokens : {0u, 1u, 501u}) {
            const Tensor<3> x = rng.normal_tensor<3>({2, tokens, 101});
            const Tensor<3> y = elementwise(x, [](const auto& z) { return z * xt::exp(-z) + Scalar(1); });
            REQUIRE(y.shape() == x.shape());
            if (tokens == 0) continue;
            const Tensor<3> expected = x * xt::exp(-x) + Scalar(1);
            CHECK(xt::allclose(y, expected, 1e-14, 1e-14));
        }
    }
}

}  // namespace vit
