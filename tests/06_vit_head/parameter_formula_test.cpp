#include "06_vit_head/parameter_formula.h"

#include "06_vit_head/vit.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// What a model really has.
std::size_t counted(const VitConfig& config) {
    Vit p = make_vit(config);
    return parameter_count(named_parameters(p));
}

VitConfig with_depth(VitConfig config, std::size_t depth) {
    config.depth = depth;
    return config;
}

}  // namespace

TEST_CASE("the formula counts what a model has, whatever the options and their combinations") {
    for (Pooling pooling : {Pooling::class_token, Pooling::mean, Pooling::mean_with_class_token})
        for (bool patch_norm : {false, true})
            for (bool qkv_bias : {false, true})
                for (std::size_t head_width : {0u, 4u, 15u})
                    for (std::size_t heads : {1u, 3u})
                        for (bool projection : {false, true})
                            for (std::size_t depth : {0u, 1u, 3u}) {
                                if (!projection && (heads > 1 || head_width == 4)) continue;
                                const VitConfig config{.image_height = 4,
                                                       .image_width = 10,
                                                       .channels = 5,
                                                       .patch_size = 2,
                                                       .width = 15,
                                                       .depth = depth,
                                                       .heads = heads,
                                                       .head_width = head_width,
                                                       .hidden = 7,
                                                       .classes = 6,
                                                       .patch_norm = patch_norm,
                                                       .qkv_bias = qkv_bias,
                                                       .attention_projection = projection,
                                                       .pooling = pooling};
                                INFO(fmt::format("{} {} {} {} {} {} {}", static_cast<int>(pooling), patch_norm,
                                                 qkv_bias, head_width, heads, projection, depth));
                                CHECK(parameters_by_formula(config) == counted(config));
                            }
}

TEST_CASE("options that learn nothing do not count") {
    const VitConfig plain{.image_height = 4, .image_width = 10, .patch_size = 2, .width = 15, .depth = 2, .heads = 3};
    VitConfig other = plain;
    other.patch_order = PatchOrder::p1_p2_c;
    other.attention_tile = 3;
    other.final_norm = FinalNorm::after_pooling;
    other.eps = 0.1;
    other.gelu = Gelu::tanh;
    other.embedding_dropout = other.projection_dropout = other.mlp_dropout = 0.5;
    CHECK(parameters_by_formula(other) == parameters_by_formula(plain));
    CHECK(counted(other) == counted(plain));
}

TEST_CASE("the published sizes by the formula: the totals of page 6, and block by block what a model has") {
    const std::size_t totals[] = {5717416, 22050664, 86567656, 88224232, 304326632, 632045800};
    std::size_t i = 0;
    for (const std::string& name : vit_preset_names()) {
        INFO(name);
        const VitConfig config = vit_preset(name);
        CHECK(parameters_by_formula(config) == totals[i++]);
        CHECK(parameters_by_formula(with_depth(config, 1)) == counted(with_depth(config, 1)));
    }
    CHECK(i == std::size(totals));
}

TEST_CASE("B/16 with three classes by the formula: 85,800,963 parameters") {
    VitConfig config = vit_preset("vit_base_patch16");
    config.classes = 3;
    CHECK(parameters_by_formula(config) == 85800963);
}

TEST_CASE("the formula refuses sizes that do not fit together") {
    CHECK(error_of<std::invalid_argument>([] { parameters_by_formula({.image_height = 30}); }) ==
          "vit: image height 30 is not a multiple of patch size 16");
}

}  // namespace vit
