#include "08_pretrained/parity_dial.h"

#include <algorithm>

#include "07_training/evaluate.h"
#include "07_training/metrics.h"
#include "08_pretrained/image_size.h"
#include "tests/testing.h"

namespace vit {
namespace {

Vit random_model(Rng& rng, bool qkv_bias = true) {
    Vit model = make_vit({.image_height = 12,
                          .image_width = 20,
                          .channels = 2,
                          .patch_size = 4,
                          .width = 18,
                          .depth = 2,
                          .heads = 3,
                          .hidden = 23,
                          .classes = 7,
                          .qkv_bias = qkv_bias});
    fill_random(named_parameters(model), rng);
    return model;
}

const Turn* find(const std::vector<Turn>& turns, const std::string& setting) {
    const auto found = std::ranges::find(turns, setting, &Turn::setting);
    return found == turns.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("each detail is turned alone, and those that the model has already are left out") {
    Rng rng(1);
    const Vit model = random_model(rng);
    const Tensor<4> images = rng.normal_tensor<4>({5, 2, 12, 20});
    const std::vector<Turn> turns = turn_dial(model, images);
    for (const char* setting : {"eps 1e-12", "eps 1e-05", "eps 0.001", "GELU tanh", "GELU sigmoid",
                                "patch vectors (p1 p2 c)", "qkv without its bias"}) {
        INFO(std::string(setting));
        const Turn* turn = find(turns, setting);
        REQUIRE(turn);
        CHECK(turn->largest_difference > 0);
        CHECK(turn->same_answers <= 5);
    }
    CHECK(turns.size() == 7);
    CHECK(find(turns, "eps 0.001")->largest_difference > find(turns, "eps 1e-05")->largest_difference);
    CHECK(find(turns, "patch vectors (p1 p2 c)")->largest_difference >
          100 * find(turns, "GELU tanh")->largest_difference);

    CHECK_FALSE(find(turn_dial(random_model(rng, false), images), "qkv without its bias"));
    VitConfig config = model.config;
    config.patch_order = PatchOrder::p1_p2_c;
    const std::vector<Turn> others = turn_dial(with_config(model, config), images);
    const Turn* back = find(others, "patch vectors (c p1 p2)");
    REQUIRE(back);
    CHECK(back->largest_difference == find(turns, "patch vectors (p1 p2 c)")->largest_difference);
}

TEST_CASE("a turn's numbers are those of the two models' logits") {
    Rng rng(2);
    const Vit model = random_model(rng);
    const Tensor<4> images = rng.normal_tensor<4>({5, 2, 12, 20});
    VitConfig rougher = model.config, turned = model.config;
    rougher.eps = 1e-3;
    turned.patch_order = PatchOrder::p1_p2_c;
    const Tensor<2> logits = predict(model, images);
    for (const auto& turn : {std::pair("eps 0.001", rougher), {"patch vectors (p1 p2 c)", turned}}) {
        const std::string setting = turn.first;
        const VitConfig& config = turn.second;
        INFO(setting);
        const Tensor<2> other = predict(with_config(model, config), images), difference = xt::abs(logits - other);
        const Labels before = predictions(logits), after = predictions(other);
        std::size_t same_answers = 0;
        for (std::size_t b = 0; b < 5; ++b) same_answers += before[b] == after[b];
        const std::vector<Turn> turns = turn_dial(model, images);
        CHECK(find(turns, setting)->largest_difference ==
              doctest::Approx(xt::amax(difference)()).epsilon(1e-12).scale(0));
        CHECK(find(turns, setting)->same_answers == same_answers);
    }
}

TEST_CASE("a model of another config keeps the numbers of what both have") {
    Rng rng(3);
    Vit model = random_model(rng);
    VitConfig config = model.config;
    config.qkv_bias = false;
    config.patch_order = PatchOrder::p1_p2_c;
    Vit other = with_config(model, config);
    const Parameters from = named_parameters(model);
    for (const Parameter& to : named_parameters(other)) {
        INFO(to.name);
        const auto found = std::ranges::find(from, to.name, &Parameter::name);
        REQUIRE(found != from.end());
        CHECK(std::ranges::equal(found->values, to.values));
    }
    CHECK(named_parameters(other).size() == from.size() - 2);  // one bias for each block
}

TEST_CASE("positions are resized in every other way; a larger grid cannot be cut out of a smaller one") {
    Rng rng(4);
    Vit model = random_model(rng);
    const Tensor<3> positions = model.tokens.position;
    const PatchGrid from = patch_grid(model.config);
    set_image_size(model, 8, 16, PositionResize::bicubic);
    const Tensor<4> images = rng.normal_tensor<4>({3, 2, 8, 16});
    const std::vector<Turn> smaller = turn_positions(model, images, PositionResize::bicubic, positions, from);
    CHECK(smaller.size() == position_resize_names.size() - 1);
    CHECK(find(smaller, "positions truncate"));
    CHECK_FALSE(find(smaller, "positions bicubic"));
    for (const Turn& turn : smaller) CHECK(turn.largest_difference > 0);

    set_image_size(model, 24, 28, PositionResize::bilinear);
    const std::vector<Turn> larger =
        turn_positions(model, rng.normal_tensor<4>({3, 2, 24, 28}), PositionResize::bilinear, positions, from);
    CHECK(larger.size() == position_resize_names.size() - 2);
    CHECK_FALSE(find(larger, "positions truncate"));

    set_image_size(model, 20, 12, PositionResize::bilinear);  // as many patches, in other rows
    CHECK(find(turn_positions(model, rng.normal_tensor<4>({3, 2, 20, 12}), PositionResize::bilinear, positions, from),
               "positions truncate"));
}

TEST_CASE("the table") {
    CHECK(to_string({{"eps 1e-05", 0.000123, 19}, {"eps 1e-12", 9e-6, 20}}, 20) ==
          "setting                                    largest difference   same answers\n"
          "eps 1e-05                                             1.2e-04       19 of 20\n"
          "eps 1e-12                                         below 1e-05       20 of 20\n");
}

}  // namespace vit
