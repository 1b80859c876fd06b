#include "00_gradient/gradient_check.h"

#include "common/tensor/random.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// loss = sum over (i, j) of u(i) sin(w(i, j)) + sum of b^3, whose gradients are u cos(w) and 3 b^2.
struct Waves {
    Tensor<1> u;
    Tensor<2> w, dw;
    Tensor<1> b, db;

    explicit Waves(std::size_t rows = 3, std::size_t columns = 5) {
        Rng rng(1);
        u = rng.normal_tensor<1>({rows});
        w = rng.normal_tensor<2>({rows, columns});
        b = rng.normal_tensor<1>({4});
        dw = zeros_like(w);
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t j = 0; j < columns; ++j) dw(i, j) = u(i) * std::cos(w(i, j));
        }
        db = 3 * b * b;
    }

    double loss() const {
        double sum = 0;
        for (std::size_t i = 0; i < w.shape()[0]; ++i) {
            for (std::size_t j = 0; j < w.shape()[1]; ++j) sum += u(i) * std::sin(w(i, j));
        }
        for (double x : b) sum += x * x * x;
        return sum;
    }

    GradientReport check(std::size_t most = 200, std::uint64_t seed = 1) {
        return check_gradients([this] { return loss(); }, {parameter("w", w), parameter("b", b)},
                               {parameter("w", dw), parameter("b", db)}, most, seed);
    }
};

}  // namespace

TEST_CASE("right gradients pass, and the parameters are as before") {
    Waves waves;
    const Tensor<2> before = waves.w;
    const GradientReport report = waves.check();
    CHECK(worst(report) < 1e-7);
    CHECK(same(waves.w, before, "IJ"));
    REQUIRE(report.size() == 2);
    CHECK(report[0].name == "w");
    CHECK(report[0].shape == Shape{3, 5});
    CHECK(report[0].checked == 15);
    CHECK(report[0].largest == doctest::Approx(xt::amax(xt::abs(waves.dw))()).epsilon(1e-8).scale(0));
    CHECK(report[1].checked == 4);
}

TEST_CASE("a planted error is found, with its tensor, index and both values") {
    Waves waves;
    const double right = waves.dw(1, 3);
    waves.dw(1, 3) = right * 1.001;
    const GradientReport report = waves.check();
    CHECK(report[0].index == 8);
    CHECK(report[0].analytic == right * 1.001);
    CHECK(report[0].numeric == doctest::Approx(right).epsilon(1e-8).scale(0));
    CHECK(report[0].relative > 9e-4);
    CHECK(report[1].relative < 1e-7);
    CHECK(worst(report) == report[0].relative);
}

TEST_CASE("a gradient that was forgotten is an error of 100 %") {
    Waves waves;
    waves.db.fill(0);
    CHECK(worst(waves.check()) == doctest::Approx(1));
}

TEST_CASE("a gradient that is not a number is the worst error, wherever it stands") {
    for (std::size_t index : {0u, 2u, 3u}) {
        Waves waves;
        waves.db(index) = NAN;
        const GradientReport report = waves.check();
        CHECK(report[1].index == index);
        CHECK_FALSE(worst(report) < 1);
    }
    Waves waves;
    waves.dw(0, 0) = NAN;  // in a tensor that is not the last one
    CHECK_FALSE(worst(waves.check()) < 1);
}

TEST_CASE("where all gradients of a tensor are wrong by the same factor, the factor is found") {
    Waves waves;
    CHECK(waves.check()[0].factor == doctest::Approx(1).epsilon(1e-6).scale(0));
    waves.dw *= -0.5;
    CHECK(waves.check()[0].factor == doctest::Approx(-0.5).epsilon(1e-6).scale(0));
    waves.dw.fill(0);
    CHECK(waves.check()[0].factor == 0);
    waves.dw(1, 3) = 1;
    CHECK(std::isnan(waves.check()[0].factor));
}

TEST_CASE("as many elements are checked as were asked for, or all") {
    Waves waves;
    for (std::size_t most : {1u, 5u, 8u, 14u, 15u, 16u}) {
        INFO("at most ", most, " of 15");
        CHECK(waves.check(most)[0].checked == std::min<std::size_t>(most, 15));
    }
    waves.dw(2, 4) = 100;
    CHECK(waves.check(15)[0].index == 14);
}

TEST_CASE("of a large tensor, every row and every column is looked at") {
    // A stride of 675 / 200 = 3 sees columns 0, 3, 6, 9 and 12 of the (45, 15) alone.
    for (std::size_t column = 0; column < 15; ++column) {
        INFO("column ", column);
        Waves tall(45, 15);
        xt::view(tall.dw, xt::all(), column) *= 1.01;
        CHECK(tall.check()[0].relative > 0.009);
        CHECK(tall.check()[0].index % 15 == column);
    }
    for (std::size_t row = 0; row < 15; ++row) {
        INFO("row ", row);
        Waves wide(15, 45);
        xt::view(wide.dw, row, xt::all()) *= 1.01;
        CHECK(wide.check()[0].relative > 0.009);
        CHECK(wide.check()[0].index / 45 == row);
    }
}

TEST_CASE("the elements are chosen anew for each seed, and none twice") {
    // One wrong element in 15: a check of 5 finds it for a third of the seeds, a check of 15 for every seed.
    Waves waves;
    waves.dw(1, 2) += 1;
    std::size_t found = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        found += waves.check(5, seed)[0].relative > 0.1;
        CHECK(waves.check(15, seed)[0].relative > 0.1);
    }
    CHECK(found >= 10);
    CHECK(found <= 30);
}

TEST_CASE("lists that do not belong together are refused") {
    Waves e;
    const auto error = [&](const Parameters& parameters, const Parameters& gradients, std::size_t most = 200) {
        return error_of<std::invalid_argument>(
            [&] { check_gradients([&] { return e.loss(); }, parameters, gradients, most); });
    };
    const Parameter w = parameter("w", e.w), b = parameter("b", e.b), dw = parameter("w", e.dw);
    CHECK(error({w, b}, {dw}) == "check_gradients: 2 parameters but 1 gradients");
    CHECK(error({w}, {parameter("v", e.dw)}) == "check_gradients: parameter w (3, 5) but gradient v (3, 5)");
    CHECK(error({w}, {parameter("w", e.db)}) == "check_gradients: parameter w (3, 5) but gradient w (4)");
    CHECK(error({w}, {dw}, 0) == "check_gradients: at least one element must be checked");
}

}  // namespace vit
