#include "00_gradient/difference.h"

#include "00_gradient/step_sizes.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the differences of w^3 have the errors that algebra gives them") {
    double w = 1.5;
    const auto cube = [&] { return w * w * w; };
    for (double h : {0.5, 0.25, 0.125}) {  // exact in binary
        INFO("h = ", h);
        CHECK(central_difference(cube, w, h) == 3 * w * w + h * h);
        CHECK(one_sided_difference(cube, w, h) == 3 * w * w + 3 * w * h + h * h);
        CHECK(w == 1.5);
    }
}

TEST_CASE("a number of which the loss is a parabola has an exact central difference, whatever the step") {
    double w = -0.75;
    const auto parabola = [&] { return 4 * w * w - w; };
    CHECK(central_difference(parabola, w) == doctest::Approx(-7).epsilon(1e-10).scale(0));
    CHECK(w == -0.75);
}

TEST_CASE("the step is the cube root of epsilon, and grows with the number") {
    CHECK(difference_step(0.0) == doctest::Approx(6.055e-6).epsilon(1e-3).scale(0));
    CHECK(difference_step(-0.5) == difference_step(0.0));
    CHECK(difference_step(-1000.0) == doctest::Approx(1000 * difference_step(0.0)));
    CHECK(difference_step(0.0f) == doctest::Approx(4.922e-3).epsilon(1e-3).scale(0));
    double large = 1e12;  // at a fixed step of 6e-6 this number would not move at all
    CHECK(central_difference([&] { return 3 * large; }, large) == doctest::Approx(3).epsilon(1e-6).scale(0));
}

TEST_CASE("a step that is rounded is divided by what it became") {
    float w = 1;  // 1 + 1e-7 is 1 + 1.19e-7 in float
    CHECK(one_sided_difference([&] { return 5.0 * w; }, w, 1e-7f) == doctest::Approx(5).epsilon(1e-12).scale(0));
    CHECK(std::isnan(one_sided_difference([&] { return 5.0 * w; }, w, 1e-9f)));
    CHECK(w == 1);
}

TEST_CASE("the error of a difference has its valley where the cube root of epsilon says") {
    const std::vector<DifferenceError> errors = difference_errors();
    REQUIRE(errors.size() == 12);
    const auto best = [&](double DifferenceError::*error) {
        DifferenceError smallest = errors[0];
        for (const DifferenceError& at : errors)
            if (at.*error < smallest.*error) smallest = at;
        return smallest;
    };
    CHECK(best(&DifferenceError::central_double).h == 1e-5);
    CHECK(best(&DifferenceError::central_double).central_double < 1e-10);
    CHECK(best(&DifferenceError::one_sided_double).h == 1e-8);
    CHECK(best(&DifferenceError::one_sided_double).one_sided_double > 1e-9);
    const DifferenceError in_float = best(&DifferenceError::central_float);
    CHECK((in_float.h == 1e-2 || in_float.h == 1e-3));
    CHECK(in_float.central_float > 1e-6);  // float cannot tell a gradient that is right from one that is nearly right
    CHECK(std::isnan(errors.back().central_float));
    for (std::size_t i = 0; i < 4; ++i) {  // h = 1e-1 ... 1e-4: the steps' own error, h^2 and h
        const double h = errors[i].h;
        CHECK(errors[i].central_double == doctest::Approx(h * h / (3 * 1.01 * 1.01)).epsilon(0.01).scale(0));
        CHECK(errors[i].one_sided_double == doctest::Approx(h / 1.01).epsilon(0.05).scale(0));
    }
}

}  // namespace vit
