#include "02_class_token_and_position/tokens.h"

#include "02_class_token_and_position/trace.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the class token comes first, then the patches, and each place has its own position") {
    Rng rng(1);
    Tokens p = make_tokens(5, 7);  // N = 5, D = 7
    fill_random(named_parameters(p), rng);
    const Tensor<3> x = rng.normal_tensor<3>({2, 5, 7});
    Tensor<3> expected = zeros<3>({2, 6, 7});
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t t = 0; t < 6; ++t)
            for (std::size_t d = 0; d < 7; ++d) {
                const Scalar token = t == 0 ? p.class_token(0, 0, d) : x(b, t - 1, d);
                expected(b, t, d) = token + p.position(0, t, d);
            }
    CHECK(same(tokens_forward(p, x), expected, "BTD"));
}

TEST_CASE("without a class token there are only positions") {
    Rng rng(2);
    Tokens p = make_tokens(5, 7, false);
    fill_random(named_parameters(p), rng);
    const Tensor<3> x = rng.normal_tensor<3>({2, 5, 7});
    CHECK(same(tokens_forward(p, x), x + p.position, "BTD"));
}

TEST_CASE("gradients of class token, positions and patches") {
    for (bool class_token : {true, false}) {
        Tokens p = make_tokens(5, 7, class_token);
        check_layer_gradients(
            p, make_tokens(5, 7, class_token), Rng(3).normal_tensor<3>({2, 5, 7}),
            [&](const Tensor<3>& x) { return tokens_forward(p, x); },
            [&](const Tensor<3>&, const Tensor<3>& dy, Tokens& grad) { return tokens_backward(p, dy, grad); });
    }
}

TEST_CASE("published names and shapes; class token zero and positions of 0.02 at first") {
    Tokens p = make_tokens(196, 20);
    const Parameters parameters = named_parameters(p);
    REQUIRE(parameters.size() == 2);
    CHECK(parameters[0].name == "cls_token");
    CHECK(parameters[0].shape == Shape{1, 1, 20});
    CHECK(parameters[1].name == "pos_embed");
    CHECK(parameters[1].shape == Shape{1, 197, 20});
    p.class_token.fill(1);
    Rng rng(4);
    initialise(p, rng);
    CHECK(same(p.class_token, zeros<3>({1, 1, 20}), "BTD"));
    double squares = 0;
    for (double x : p.position) squares += x * x;
    CHECK(std::sqrt(squares / 3940) == doctest::Approx(0.02).epsilon(0.05).scale(0));

    Tokens without = make_tokens(196, 20, false);
    REQUIRE(named_parameters(without).size() == 1);
    CHECK(named_parameters(without)[0].shape == Shape{1, 196, 20});
}

TEST_CASE("tokens say which shape does not fit") {
    Tokens p = make_tokens(5, 7), grad = make_tokens(5, 7);
    CHECK(error_of<std::invalid_argument>([&] {
              tokens_forward(p, zeros<3>({2, 4, 7}));
          }) == "tokens_forward: position (1 T D) has shape (1, 6, 7); axis 1 must be T = 5 (from 1 + N), but it is 6");
    CHECK(error_of<std::invalid_argument>([&] {
              tokens_forward(p, zeros<3>({2, 5, 8}));
          }) == "tokens_forward: class_token (1 * D) has shape (1, 1, 7); axis 2 must be D = 8 (from x), but it is 7");
    CHECK(error_of<std::invalid_argument>([&] {
              tokens_forward(make_tokens(5, 7, false), zeros<3>({2, 6, 7}));
          }) == "tokens_forward: position (1 T D) has shape (1, 5, 7); axis 1 must be T = 6 (from N), but it is 5");
    CHECK(error_of<std::invalid_argument>([&] {
              tokens_backward(p, zeros<3>({2, 5, 7}), grad);
          }) == "tokens_backward: dy (B T D) has shape (2, 5, 7); axis 1 must be T = 6 (from position), but it is 5");
    p.class_token = zeros<3>({9, 1, 7});
    CHECK(error_of<std::invalid_argument>([&] {
              tokens_forward(p, zeros<3>({9, 5, 7}));
          }) == "tokens_forward: class_token (1 * D) has shape (9, 1, 7); axis 0 must be 1, but it is 9");
    p = make_tokens(5, 7);
    p.position = zeros<3>({2, 6, 7});
    CHECK(error_of<std::invalid_argument>([&] {
              tokens_forward(p, zeros<3>({1, 5, 7}));
          }) == "tokens_forward: position (1 T D) has shape (2, 6, 7); axis 0 must be 1, but it is 2");
}

TEST_CASE("the record of class token and positions: B/16 on one image") {
    const std::vector<Trace> steps = trace_tokens(make_tokens(196, 768), {1, 196, 768});
    REQUIRE(steps.size() == 2);
    CHECK(steps[0].output == Shape{1, 197, 768});
    CHECK(steps[0].parameters == 768);
    CHECK(steps[1].input == steps[0].output);
    CHECK(steps[1].output == Shape{1, 197, 768});
    CHECK(steps[1].parameters == 197 * 768);
    const std::vector<Trace> positions_only = trace_tokens(make_tokens(196, 768, false), {1, 196, 768});
    REQUIRE(positions_only.size() == 1);
    CHECK(positions_only[0].output == Shape{1, 196, 768});
}

}  // namespace vit
