#include "02_class_token_and_position/dropout.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("every number is either zero or grown by 1 / (1 - p), and the mean stays") {
    for (double p : {0.1, 0.25, 0.8}) {
        Tensor<3> x = zeros<3>({20, 30, 50});
        x.fill(2);
        Rng rng(1);
        DropoutCache<3> cache;
        const Tensor<3> y = dropout_forward(p, x, cache, &rng);
        double dropped = 0, sum = 0, other = 0;
        for (double value : y) {
            if (value == 0)
                ++dropped;
            else if (std::abs(value - 2 / (1 - p)) > 1e-14)
                ++other;
            sum += value;
        }
        CHECK(other == 0);
        const double count = 30000, deviation = std::sqrt(p * (1 - p) / count);  // of the share
        CHECK(std::abs(dropped / count - p) < 4 * deviation);
        CHECK(std::abs(sum / count - 2) < 4 * 2 * deviation / (1 - p));
    }
}

TEST_CASE("numbers are dropped by themselves, not in whole rows, and anew at every pass") {
    Tensor<4> x = zeros<4>({2, 3, 4, 50});
    x.fill(1);
    Rng rng(2);
    DropoutCache<4> cache;
    const Tensor<4> y = dropout_forward(0.5, x, cache, &rng);
    for (std::size_t r = 0; r < 24; ++r) {
        const Scalar* row = y.data() + r * 50;
        CHECK(std::count(row, row + 50, Scalar(0)) > 8);
        CHECK(std::count(row, row + 50, Scalar(0)) < 42);
    }
    CHECK_FALSE(same(dropout_forward(0.5, x, cache, &rng), y, "BANK"));
    Rng again(2);
    CHECK(same(dropout_forward(0.5, x, cache, &again), y, "BANK"));
}

TEST_CASE("dropout does nothing at inference or with p = 0, also after a pass that dropped") {
    Rng rng(3);
    const Tensor<3> x = rng.normal_tensor<3>({2, 3, 5}), dy = rng.normal_tensor<3>({2, 3, 5});
    DropoutCache<3> cache;
    dropout_forward(0.5, x, cache, &rng);
    CHECK(cache.active);
    CHECK(same(dropout_forward(0.5, x, cache, nullptr), x, "BND"));
    CHECK(same(dropout_backward(cache, dy), dy, "BND"));
    CHECK_FALSE(cache.active);
    CHECK(same(dropout_forward(0, x, cache, &rng), x, "BND"));
    CHECK(same(dropout_backward(cache, dy), dy, "BND"));
}

TEST_CASE("gradients of dropout") {
    NoParameters none;
    DropoutCache<3> cache;
    check_layer_gradients(
        none, none, Rng(4).normal_tensor<3>({2, 3, 50}),
        [&](const Tensor<3>& x) {
            Rng rng(5);  // the same numbers are dropped every time
            return dropout_forward(0.3, x, cache, &rng);
        },
        [&](const Tensor<3>&, const Tensor<3>& dy, NoParameters&) { return dropout_backward(cache, dy); });
}

TEST_CASE("dropout says what is wrong") {
    Rng rng(6);
    DropoutCache<3> cache;
    const Tensor<3> x = zeros<3>({2, 3, 5});
    for (Rng* numbers : {&rng, static_cast<Rng*>(nullptr)}) {
        CHECK(error_of<std::invalid_argument>([&] { dropout_forward(1, x, cache, numbers); }) ==
              "dropout_forward: a dropout probability must be at least 0 and below 1, but it is 1");
        CHECK(error_of<std::invalid_argument>([&] { dropout_forward(-0.5, x, cache, numbers); }) ==
              "dropout_forward: a dropout probability must be at least 0 and below 1, but it is -0.5");
        CHECK(error_of<std::invalid_argument>([&] { dropout_forward(NAN, x, cache, numbers); }) ==
              "dropout_forward: a dropout probability must be at least 0 and below 1, but it is nan");
    }
    dropout_forward(0.5, x, cache, &rng);
    CHECK(error_of<std::invalid_argument>([&] {
              dropout_backward(cache, zeros<3>({2, 3, 4}));
          }) == "dropout_backward: dy has shape (2, 3, 4), but the forward pass had (2, 3, 5)");
}

}  // namespace vit
