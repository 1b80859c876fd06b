#include "07_training/schedule.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("the rate goes up along a line to the peak, then down along half a cosine to zero") {
    const Schedule schedule{.peak = 0.8, .warmup_steps = 4, .total_steps = 16};
    // Warm-up: the first step already moves, the last one has the peak.
    CHECK(learning_rate_at(schedule, 0) == doctest::Approx(0.2).epsilon(1e-15).scale(0));
    CHECK(learning_rate_at(schedule, 1) == doctest::Approx(0.4).epsilon(1e-15).scale(0));
    CHECK(learning_rate_at(schedule, 2) == doctest::Approx(0.6).epsilon(1e-15).scale(0));
    CHECK(learning_rate_at(schedule, 3) == doctest::Approx(0.8).epsilon(1e-15).scale(0));
    // Cosine: 12 steps, a quarter down after a third of them, half after half, three quarters after two thirds.
    CHECK(learning_rate_at(schedule, 4) == doctest::Approx(0.8).epsilon(1e-15).scale(0));
    CHECK(learning_rate_at(schedule, 8) == doctest::Approx(0.6).epsilon(1e-14).scale(0));
    CHECK(learning_rate_at(schedule, 10) == doctest::Approx(0.4).epsilon(1e-14).scale(0));
    CHECK(learning_rate_at(schedule, 12) == doctest::Approx(0.2).epsilon(1e-14).scale(0));
    CHECK(learning_rate_at(schedule, 15) ==
          doctest::Approx(0.4 * (1 - std::cos(std::acos(-1.0) / 12))).epsilon(1e-13).scale(0));
    CHECK(learning_rate_at(schedule, 16) == 0);
    CHECK(learning_rate_at(schedule, 1000) == 0);
}

TEST_CASE("the rate never rises after the warm-up and is never zero before the end") {
    const Schedule schedule{.peak = 2e-3, .warmup_steps = 7, .total_steps = 101};
    for (std::size_t step = 7; step + 1 < 101; ++step)
        CHECK(learning_rate_at(schedule, step + 1) < learning_rate_at(schedule, step));
    for (std::size_t step = 0; step < 101; ++step) CHECK(learning_rate_at(schedule, step) > 0);
}

TEST_CASE("no warm-up begins with the peak; a warm-up longer than the run never reaches it") {
    CHECK(learning_rate_at({.peak = 0.5, .warmup_steps = 0, .total_steps = 10}, 0) == 0.5);
    CHECK(learning_rate_at({.peak = 0.5, .warmup_steps = 10, .total_steps = 5}, 4) == 0.25);
    CHECK(learning_rate_at({.peak = 0.5, .warmup_steps = 10, .total_steps = 5}, 10) == 0);
    CHECK(learning_rate_at({.peak = 0.5, .warmup_steps = 5, .total_steps = 5}, 5) == 0);
}

TEST_CASE("a constant schedule climbs to the peak and stays there, also after the end") {
    const Schedule schedule{.peak = 0.8, .warmup_steps = 4, .total_steps = 16, .after_warmup = AfterWarmup::constant};
    CHECK(learning_rate_at(schedule, 0) == doctest::Approx(0.2).epsilon(1e-15).scale(0));
    for (const std::size_t step : {3u, 4u, 10u, 15u, 16u, 1000u}) CHECK(learning_rate_at(schedule, step) == 0.8);
    CHECK(learning_rate_at({.peak = 0.5, .after_warmup = AfterWarmup::constant}, 0) == 0.5);
}

}  // namespace vit
