#include "07_training/adamw.h"

#include <set>

#include "06_vit_head/vit.h"
#include "tests/testing.h"

namespace vit {
namespace {

constexpr double rate = 0.01;

/// One number, its m and v, and the header's formulas.
struct ScalarAdam {
    double w, m = 0, v = 0;

    void step(int t, const AdamWConfig& c, double g) {
        if (c.kind == WeightDecay::coupled) g += c.weight_decay * w;
        m = c.beta1 * m + (1 - c.beta1) * g;
        v = c.beta2 * v + (1 - c.beta2) * g * g;
        if (c.kind == WeightDecay::decoupled) w -= rate * c.weight_decay * w;
        w -= rate * (m / (1 - std::pow(c.beta1, t))) / (std::sqrt(v / (1 - std::pow(c.beta2, t))) + c.eps);
    }
};

/// Makes `steps` AdamW steps with the same gradient on a weight (decays) or a bias (does not).
std::vector<Scalar> stepped(std::vector<Scalar> values, std::vector<Scalar> gradient, const AdamWConfig& config,
                            int steps = 1, const std::string& name = "weight") {
    const Shape shape{1, values.size()};
    const Parameters parameters{{name, shape, values}};
    AdamW state = make_adamw(config, parameters);
    for (int t = 0; t < steps; ++t) adamw_step(state, rate, parameters, {{name, shape, gradient}});
    return values;
}

}  // namespace

TEST_CASE("AdamW is its formulas, number by number, for gradients of all sizes") {
    for (WeightDecay kind : {WeightDecay::decoupled, WeightDecay::coupled}) {
        const AdamWConfig config{.beta1 = 0.8, .beta2 = 0.95, .eps = 1e-6, .weight_decay = 0.3, .kind = kind};
        Rng rng(1);
        Tensor<2> weight = rng.normal_tensor<2>({3, 5});
        Tensor<1> bias = rng.normal_tensor<1>({4});
        const Parameters parameters{parameter("fc1.weight", weight), parameter("fc1.bias", bias)};
        std::vector<ScalarAdam> expected;
        for (const Parameter& p : parameters)
            for (Scalar w : p.values) expected.push_back({w});

        AdamW state = make_adamw(config, parameters);
        for (int t = 1; t <= 7; ++t) {
            Tensor<2> dweight = rng.normal_tensor<2>({3, 5});
            Tensor<1> dbias = rng.normal_tensor<1>({4});
            xt::view(dweight, 0) *= 1e-6;
            xt::view(dweight, 1) *= 1e3;
            adamw_step(state, rate, parameters, {parameter("fc1.weight", dweight), parameter("fc1.bias", dbias)});
            AdamWConfig no_decay = config;
            no_decay.weight_decay = 0;
            for (std::size_t i = 0; i < 15; ++i) expected[i].step(t, config, dweight.flat(i));
            for (std::size_t i = 0; i < 4; ++i) expected[15 + i].step(t, no_decay, dbias(i));
        }
        CHECK(state.step == 7);
        for (std::size_t i = 0; i < 15; ++i) {
            CHECK(weight.flat(i) == doctest::Approx(expected[i].w).epsilon(1e-13).scale(0));
            CHECK(state.m[0][i] == doctest::Approx(expected[i].m).epsilon(1e-13).scale(0));
            CHECK(state.v[0][i] == doctest::Approx(expected[i].v).epsilon(1e-13).scale(0));
        }
        for (std::size_t i = 0; i < 4; ++i)
            CHECK(bias(i) == doctest::Approx(expected[15 + i].w).epsilon(1e-13).scale(0));
    }
}

TEST_CASE("the first step, and every step while the gradient stays the same, moves a number by the learning rate") {
    const std::vector<Scalar> start{5, 2, 3, 4}, gradient{1e-3, -1, 1e3, 1e-8};
    for (int steps : {1, 2, 100}) {
        const std::vector<Scalar> after = stepped(start, gradient, {.weight_decay = 0}, steps);
        CHECK(after[0] == doctest::Approx(5 - steps * rate).epsilon(1e-5).scale(0));
        CHECK(after[1] == doctest::Approx(2 + steps * rate).epsilon(1e-7).scale(0));
        CHECK(after[2] == doctest::Approx(3 - steps * rate).epsilon(1e-10).scale(0));
        CHECK(after[3] ==
              doctest::Approx(4 - steps * rate / 2).epsilon(1e-10).scale(0));  // a gradient as small as eps: half of it
    }
}

TEST_CASE("decoupled decay shrinks a weight in proportion, coupled decay moves every weight alike") {
    const std::vector<Scalar> start{0.5, -2, 8}, none{0, 0, 0};
    const std::vector<Scalar> decoupled = stepped(start, none, {.weight_decay = 0.3});
    const std::vector<Scalar> coupled = stepped(start, none, {.weight_decay = 0.3, .kind = WeightDecay::coupled});
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(decoupled[i] == doctest::Approx(start[i] * (1 - rate * 0.3)).epsilon(1e-15).scale(0));
        CHECK(coupled[i] == doctest::Approx(start[i] - std::copysign(rate, start[i])).epsilon(1e-7).scale(0));
    }
    // Decoupled decay is outside of m and v: the step of the gradient is the same with it and without.
    const std::vector<Scalar> gradient{1, -3, 0.2};
    const std::vector<Scalar> with = stepped(start, gradient, {.weight_decay = 0.3}),
                              without = stepped(start, gradient, {.weight_decay = 0});
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(with[i] - without[i] == doctest::Approx(-rate * 0.3 * start[i]).epsilon(1e-12).scale(0));
}

TEST_CASE("neither kind of decay touches what does not decay") {
    for (WeightDecay kind : {WeightDecay::decoupled, WeightDecay::coupled}) {
        const AdamWConfig config{.weight_decay = 0.3, .kind = kind};
        CHECK(stepped({0.5, -2, 8}, {0, 0, 0}, config, 3, "bias") == std::vector<Scalar>{0.5, -2, 8});
    }
}

TEST_CASE("of a Vision Transformer's parameters, exactly the weights of products decay") {
    Vit model = make_vit({.image_height = 6,
                          .image_width = 15,
                          .channels = 2,
                          .patch_size = 3,
                          .width = 12,
                          .depth = 2,
                          .heads = 3,
                          .hidden = 20,
                          .classes = 7,
                          .patch_norm = true});
    std::set<std::string> decaying;
    const Parameters parameters = named_parameters(model);
    CHECK(parameters.size() == 4 + 4 + 2 * 12 + 4);
    for (const Parameter& p : parameters) {
        if (decays(p)) decaying.insert(p.name);
    }
    std::set<std::string> products{"patch_embed.proj.weight", "head.weight"};
    for (const std::string block : {"blocks.0.", "blocks.1."})
        for (const std::string linear : {"attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2"})
            products.insert(block + linear + ".weight");
    CHECK(decaying == products);
}

TEST_CASE("a state has m and v of every parameter by name") {
    Tensor<2> weight = zeros<2>({3, 5});
    Tensor<1> bias = zeros<1>({3});
    const Parameters parameters{parameter("head.weight", weight), parameter("head.bias", bias)};
    AdamW state = make_adamw({}, parameters);
    CHECK(state.step == 0);
    const Parameters named = named_parameters(state, parameters);
    REQUIRE(named.size() == 4);
    const char* names[] = {"m.head.weight", "v.head.weight", "m.head.bias", "v.head.bias"};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(named[i].name == names[i]);
        CHECK(named[i].shape == parameters[i / 2].shape);
        CHECK(named[i].values.size() == parameters[i / 2].values.size());
        for (Scalar number : named[i].values) CHECK(number == 0);
        CHECK(named[i].values.data() == (i % 2 == 0 ? state.m : state.v)[i / 2].data());
    }
}

TEST_CASE("adamw_step says what does not fit, and then changes nothing") {
    Tensor<2> weight = Rng(1).normal_tensor<2>({3, 5}), other = zeros<2>({3, 4});
    const Tensor<2> before = weight;
    Tensor<1> bias = zeros<1>({3});
    const Parameters one{parameter("weight", weight)}, two{parameter("weight", weight), parameter("bias", bias)};
    AdamW state = make_adamw({}, one);
    CHECK(error_of<std::invalid_argument>([&] { adamw_step(state, rate, one, two); }) ==
          "adamw_step: 1 parameters, 2 gradients, state for 1");
    CHECK(error_of<std::invalid_argument>([&] { adamw_step(state, rate, two, two); }) ==
          "adamw_step: 2 parameters, 2 gradients, state for 1");
    CHECK(error_of<std::invalid_argument>([&] { adamw_step(state, rate, one, {parameter("weight", other)}); }) ==
          "adamw_step: weight has 15 numbers, its gradient 12, its state 15");
    AdamW other_state = make_adamw({}, {parameter("weight", other)});
    CHECK(error_of<std::invalid_argument>([&] { adamw_step(other_state, rate, one, one); }) ==
          "adamw_step: weight has 15 numbers, its gradient 15, its state 12");
    CHECK(state.step == 0);
    CHECK(same(weight, before, "OI"));
}

}  // namespace vit
