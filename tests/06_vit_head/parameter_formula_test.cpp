#include "06_vit_head/parameter_formula.h"

#include "06_vit_head/vit.h"
#include "tests/testing.h"

namespace vit {
namespace {

std::size_t counted(const VitConfig& config) {
    Vit model = make_vit(config);
    return parameter_count(named_parameters(model));
}

}  // namespace

TEST_CASE("the formula counts what the model has, with every option") {
    VitConfig config{.image_height = 15,
                     .image_width = 10,
                     .channels = 2,
                     .patch_size = 5,
                     .width = 6,
                     .depth = 3,
                     .heads = 2,
                     .hidden = 7,
                     .classes = 4};
    CHECK(parameters_by_formula(config) == counted(config));
    for (const Pooling pooling : {Pooling::mean, Pooling::mean_with_class_token}) {
        config.pooling = pooling;
        CHECK(parameters_by_formula(config) == counted(config));
    }
    config.patch_norm = true;
    CHECK(parameters_by_formula(config) == counted(config));
    config.head_width = 5;
    CHECK(parameters_by_formula(config) == counted(config));
    config.qkv_bias = false;
    CHECK(parameters_by_formula(config) == counted(config));
    config.head_width = 0;
    config.heads = 1;
    config.attention_projection = false;
    CHECK(parameters_by_formula(config) == counted(config));
}

TEST_CASE("the formula gives the published counts") {
    CHECK(parameters_by_formula(vit_preset("vit_tiny_patch16")) == 5717416);
    CHECK(parameters_by_formula(vit_preset("vit_base_patch16")) == 86567656);
    CHECK(parameters_by_formula(vit_preset("vit_huge_patch14")) == 632045800);
    VitConfig three = vit_preset("vit_base_patch16");
    three.classes = 3;
    CHECK(parameters_by_formula(three) == 85800963);
}

TEST_CASE("the formula refuses sizes that do not fit together") {
    CHECK(error_of<std::invalid_argument>([] { parameters_by_formula({.image_height = 30}); }) ==
          "vit: image height 30 is not a multiple of patch size 16");
}

}  // namespace vit
