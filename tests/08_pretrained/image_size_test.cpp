#include "08_pretrained/image_size.h"

#include "07_training/evaluate.h"
#include "tests/testing.h"

namespace vit {
namespace {

Vit random_model(Rng& rng) {
    Vit model = make_vit({.image_height = 12,
                          .image_width = 20,
                          .channels = 2,
                          .patch_size = 4,
                          .width = 18,
                          .depth = 1,
                          .heads = 3,
                          .hidden = 23,
                          .classes = 7});
    fill_random(named_parameters(model), rng);
    return model;
}

}  // namespace

TEST_CASE("a model for images of another size has resized positions, and runs") {
    Rng rng(1);
    Vit model = random_model(rng);
    const Tensor<3> before = model.tokens.position;
    set_image_size(model, 24, 16, PositionResize::bicubic_antialias);
    CHECK(model.config.image_height == 24);
    CHECK(model.config.image_width == 16);
    CHECK(same(model.tokens.position, resize_positions(PositionResize::bicubic_antialias, before, {3, 5}, {6, 4}),
               "1TD", 0));
    CHECK(predict(model, rng.normal_tensor<4>({2, 2, 24, 16})).shape()[1] == 7);
}

TEST_CASE("the same size changes no bit, and a size that does not fit leaves the model as it was") {
    Rng rng(2);
    Vit model = random_model(rng);
    const Tensor<3> before = model.tokens.position;
    set_image_size(model, 12, 20, PositionResize::bicubic);
    CHECK(model.tokens.position == before);
    CHECK(error_of<std::invalid_argument>([&] { set_image_size(model, 14, 20, PositionResize::bicubic); }) ==
          "vit: image height 14 is not a multiple of patch size 4");
    CHECK(error_of<std::invalid_argument>([&] { set_image_size(model, 40, 20, PositionResize::truncate); }) !=
          "no error");
    CHECK(error_of<std::invalid_argument>([&] { set_image_size(model, 4000, 4004, PositionResize::bicubic); }) ==
          "set_image_size: images of 4000 x 4004 pixels are 1001001 tokens; at most 1000000");
    CHECK(model.config.image_height == 12);
    CHECK(model.tokens.position == before);
}

}  // namespace vit
