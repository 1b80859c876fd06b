#include "06_vit_head/vit.h"

#include <algorithm>
#include <set>

#include "tests/testing.h"

namespace vit {
namespace {

/// B = 7 images; C = 8, H = 6, W = 15, P = 3 (N = 10, T = 11), D = 20, A = 4 (K = 5), F = 9, L = 2, Y = 13.
const VitConfig small{.image_height = 6,
                      .image_width = 15,
                      .channels = 8,
                      .patch_size = 3,
                      .width = 20,
                      .depth = 2,
                      .heads = 4,
                      .hidden = 9,
                      .classes = 13};

Tensor<4> small_images(std::uint64_t seed) {
    return Rng(seed).normal_tensor<4>({7, 8, 6, 15});
}

Vit random_vit(const VitConfig& config) {
    Vit p = make_vit(config);
    Rng rng(1);
    fill_random(named_parameters(p), rng);
    return p;
}

struct Variant {
    std::string name;
    VitConfig config;
};

/// Every option, each by itself.
std::vector<Variant> variants() {
    std::vector<Variant> all{{"default", small}};
    const auto add = [&](const std::string& name, const auto& change) {
        all.push_back({name, small});
        change(all.back().config);
    };
    add("patch order", [](VitConfig& c) { c.patch_order = PatchOrder::p1_p2_c; });
    add("patch norm", [](VitConfig& c) { c.patch_norm = true; });
    add("attention in tiles", [](VitConfig& c) { c.attention_tile = 3; });
    add("no qkv bias", [](VitConfig& c) { c.qkv_bias = false; });
    add("head width", [](VitConfig& c) { c.head_width = 12; });
    add("single head", [](VitConfig& c) { c.heads = 1; });
    add("no projection", [](VitConfig& c) { c.heads = 1, c.attention_projection = false; });
    add("mean", [](VitConfig& c) { c.pooling = Pooling::mean; });
    add("mean with class token", [](VitConfig& c) { c.pooling = Pooling::mean_with_class_token; });
    add("norm after class token", [](VitConfig& c) { c.final_norm = FinalNorm::after_pooling; });
    add("norm after mean", [](VitConfig& c) { c.pooling = Pooling::mean, c.final_norm = FinalNorm::after_pooling; });
    add("eps", [](VitConfig& c) { c.eps = 0.1; });
    add("gelu tanh", [](VitConfig& c) { c.gelu = Gelu::tanh; });
    add("gelu sigmoid", [](VitConfig& c) { c.gelu = Gelu::sigmoid; });
    add("dropout", [](VitConfig& c) {
        c.embedding_dropout = 0.1, c.attention_dropout = 0.2, c.projection_dropout = 0.15, c.mlp_dropout = 0.25;
    });
    return all;
}

}  // namespace

TEST_CASE("gradients of the whole model, images included, with every option") {
    for (const Variant& variant : variants()) {
        INFO(variant.name);
        Vit p = make_vit(variant.config);
        VitCache cache;
        check_layer_gradients(
            p, make_vit(variant.config), small_images(2),
            [&](const Tensor<4>& images) {
                Rng rng(3);  // the same numbers are dropped every time
                return vit_forward(p, images, cache, &rng);
            },
            [&](const Tensor<4>&, const Tensor<2>& dlogits, Vit& grad) {
                return vit_backward(p, cache, dlogits, grad);
            },
            12);
    }
}

TEST_CASE("every option but tiles and the norm behind the class token changes the logits") {
    // The last norm treats every token by itself, so for one token it can as well stand behind the pooling.
    const std::set<std::string> unchanged{"default", "attention in tiles", "norm after class token"};
    VitCache cache;
    const Tensor<2> logits = vit_forward(random_vit(small), small_images(4), cache);
    CHECK(shape_of(logits) == Shape{7, 13});
    for (const Variant& variant : variants()) {
        INFO(variant.name);
        Rng rng(5);
        const Tensor<2> changed = vit_forward(random_vit(variant.config), small_images(4), cache, &rng);
        if (unchanged.contains(variant.name))
            CHECK(same(changed, logits, "BY", 1e-13));
        else
            CHECK_FALSE(same(changed, logits, "BY", 1e-5));
    }
}

TEST_CASE("eps reaches every LayerNorm") {
    VitConfig config = small;
    config.eps = 0.1;
    config.patch_norm = true;
    const Vit p = make_vit(config);
    std::vector<const LayerNorm*> norms{&p.patch_norms->norm_in, &p.patch_norms->norm_out, &p.norm};
    for (const Block& block : p.encoder.blocks) norms.insert(norms.end(), {&block.norm1, &block.norm2});
    for (const LayerNorm* norm : norms) CHECK(norm->eps == 0.1);
}

TEST_CASE("inference on one block's cache gives the same logits, for any batch") {
    for (const Variant& variant : variants()) {
        INFO(variant.name);
        const Vit p = random_vit(variant.config);
        VitCache all, one;
        const Tensor<4> images = small_images(6);
        const Tensor<2> logits = vit_forward(p, images, all);
        CHECK(same(vit_forward(p, images, one, nullptr, Keep::one_block), logits, "BY"));
        const Tensor<4> second = xt::view(images, xt::range(1, 2), xt::all(), xt::all(), xt::all());
        const Tensor<2> second_logits = xt::view(logits, xt::range(1, 2), xt::all());
        CHECK(same(vit_forward(p, second, one, nullptr, Keep::one_block), second_logits, "BY", 1e-13));
    }
}

TEST_CASE("a cache can be used again: training, inference, training") {
    const Vit p = random_vit(variants().back().config);
    Vit grad = make_vit(small), expected_grad = make_vit(small);
    const Tensor<2> dlogits = Rng(7).normal_tensor<2>({7, 13});
    VitCache used, fresh;
    Rng rng(8);
    vit_forward(p, Rng(9).normal_tensor<4>({3, 8, 6, 15}), used, &rng);
    CHECK(same(vit_forward(p, small_images(10), used), vit_forward(p, small_images(10), fresh), "BY"));
    CHECK(same(vit_backward(p, used, dlogits, grad), vit_backward(p, fresh, dlogits, expected_grad), "BCHW"));
    CHECK(same(named_parameters(grad), named_parameters(expected_grad)));
}

TEST_CASE("positions matter to the model: without them, shuffled patches are the same image") {
    Vit p = random_vit(small);
    const Tensor<4> images = small_images(11);
    const Tensor<3> patches = patchify(images, 3);  // (B, N, C P P)
    const Tensor<3> shuffled = xt::view(patches, xt::all(), xt::keep(3, 1, 4, 0, 5, 9, 2, 6, 8, 7), xt::all());
    const Tensor<4> shuffled_images = unpatchify(shuffled, shape_of(images), 3);
    VitCache cache;
    CHECK_FALSE(same(vit_forward(p, images, cache), vit_forward(p, shuffled_images, cache), "BY", 1e-3));
    p.tokens.position.fill(0);
    CHECK(same(vit_forward(p, images, cache), vit_forward(p, shuffled_images, cache), "BY", 1e-13));
}

TEST_CASE("at first every class gets the same score, whatever the image is") {
    Vit p = random_vit(small);
    Rng rng(12);
    initialise(p, rng);
    VitCache cache;
    CHECK(same(vit_forward(p, small_images(13), cache), zeros<2>({7, 13}), "BY"));
    for (double x : cache.pooled) CHECK(std::isfinite(x));
}

TEST_CASE("initialise reaches every part: norms begin at 1, weights and positions are random, the head is zero") {
    VitConfig config = small;
    config.patch_norm = true;
    Vit p = make_vit(config);
    Rng rng(16);
    initialise(p, rng);
    for (const Parameter& parameter : named_parameters(p)) {
        INFO(parameter.name);
        const auto [least, most] = std::ranges::minmax(parameter.values);
        const bool norm = parameter.name.find("norm") != std::string::npos;
        if (parameter.name.starts_with("head.") || parameter.name == "cls_token") {
            CHECK((least == 0 && most == 0));
        } else if (norm && parameter.name.ends_with("weight")) {
            CHECK((least == 1 && most == 1));
        } else if (parameter.name.ends_with("weight") || parameter.name == "pos_embed") {
            CHECK((least < 0 && most > 0));
        }
    }
}

TEST_CASE("each dropout by itself acts in training, and only there") {
    std::vector<VitConfig> configs(4, small);
    configs[0].embedding_dropout = 0.5;
    configs[1].attention_dropout = 0.5;
    configs[2].projection_dropout = 0.5;
    configs[3].mlp_dropout = 0.5;
    for (std::size_t i = 0; i < configs.size(); ++i) {
        INFO("config " << i);
        const Vit p = random_vit(configs[i]);
        VitCache cache;
        Rng rng(17);
        const Tensor<2> in_training = vit_forward(p, small_images(18), cache, &rng);
        const Tensor<2> at_inference = vit_forward(p, small_images(18), cache);
        CHECK(in_training != at_inference);
        CHECK(same(at_inference, vit_forward(random_vit(small), small_images(18), cache), "BY"));
    }
}

TEST_CASE("shapes that do not fit, and a backward pass without what it needs, are named") {
    const Vit p = random_vit(small);
    Vit grad = p;
    VitCache cache;
    const auto error_for = [&](const Tensor<4>& images) {
        return error_of<std::invalid_argument>([&] { vit_forward(p, images, cache); });
    };
    CHECK(error_for(zeros<4>({7, 3, 6, 15})) ==
          "vit_forward: images (B C H W) has shape (7, 3, 6, 15); axis 1 must be C = 8 (from the model), but it is 3");
    CHECK(error_for(zeros<4>({7, 8, 15, 6})) ==
          "vit_forward: images (B C H W) has shape (7, 8, 15, 6); axis 2 must be H = 6 (from the model), but it is 15");
    CHECK(error_for(zeros<4>({7, 8, 6, 9})) ==
          "vit_forward: images (B C H W) has shape (7, 8, 6, 9); axis 3 must be W = 15 (from the model), but it is 9");
    vit_forward(p, small_images(14), cache);
    CHECK(error_of<std::invalid_argument>([&] {
              vit_backward(p, cache, zeros<2>({7, 5}), grad);
          }) == "vit_backward: dlogits (B Y) has shape (7, 5); axis 1 must be Y = 13 (from the model), but it is 5");
    vit_forward(p, small_images(15), cache, nullptr, Keep::one_block);
    CHECK(
        error_of<std::logic_error>([&] {
            vit_backward(p, cache, zeros<2>({7, 13}), grad);
        }) ==
        "encoder_backward: there are 2 blocks, but the forward pass kept 1 (Keep::one_block keeps one, which is enough "
        "for inference only)");
}

}  // namespace vit
