// The published sizes: names, shapes, parameters and multiply-adds. All blocks of a model are alike, so a model is
// counted from its first block: the largest would take 5 GB.
#include "05_encoder/trace.h"
#include "06_vit_head/trace.h"
#include "tests/testing.h"

namespace vit {
namespace {

struct Published {
    const char* name;
    std::size_t parameters, block;
    double giga_multiply_adds;
};

constexpr Published models[] = {
    {"vit_tiny_patch16", 5717416, 444864, 1.25},       {"vit_small_patch16", 22050664, 1774464, 4.60},
    {"vit_base_patch16", 86567656, 7087872, 17.56},    {"vit_base_patch32", 88224232, 7087872, 4.41},
    {"vit_large_patch16", 304326632, 12596224, 61.55}, {"vit_huge_patch14", 632045800, 19677440, 167.3},
};

VitConfig with_depth(VitConfig config, std::size_t depth) {
    config.depth = depth;
    return config;
}

std::size_t count(const VitConfig& config) {
    Vit p = make_vit(config);
    return parameter_count(named_parameters(p));
}

std::size_t formula(const VitConfig& c) {
    const std::size_t N = c.tokens(), P = c.patch_size, D = c.width, F = c.hidden, L = c.depth, Y = c.classes;
    return (N - 1) * 3 * P * P * D + L * (4 * N * D * D + 2 * N * D * F + 2 * N * N * D) + D * Y;
}

/// What a pass leaves in the caches.
std::size_t kept_numbers(const VitCache& cache) {
    const auto norm = [](const LayerNormCache& c) { return c.normalised.size() + c.inverse_std.size(); };
    const auto dropout = [](const auto& c) { return c.active ? c.scale.size() : 0; };
    std::size_t sum = cache.patch_embedding.patches.size() + norm(cache.norm) + cache.pooled.size();
    sum += norm(cache.patch_norms.norm_in) + norm(cache.patch_norms.norm_out) + dropout(cache.embedding_dropout);
    for (const BlockCache& block : cache.encoder.blocks) {
        const AttentionCache& a = block.attention;
        sum += norm(block.norm1) + norm(block.norm2);
        sum += a.x.size() + 3 * a.split.query.size() + a.merged.size() + dropout(a.projection_dropout);
        sum += a.attend.weights.size() + dropout(a.attend.dropout) + a.attend.dropped.size();
        sum += a.attend.attended.size() + a.attend.largest.size() + a.attend.sum.size();
        sum += block.mlp.x.size() + block.mlp.hidden.size() + block.mlp.activated.size();
        sum += dropout(block.mlp.hidden_dropout) + dropout(block.mlp.output_dropout);
    }
    return sum;
}

}  // namespace

TEST_CASE("parameters and multiply-adds of the published models") {
    for (const Published& model : models) {
        INFO(std::string(model.name));
        const VitConfig config = vit_preset(model.name);
        const Vit one_block = make_vit(with_depth(config, 1));
        VitCache cache;
        vit_forward(one_block, zeros<4>({1, 3, 224, 224}), cache);
        const Trace trace = trace_vit(one_block, cache);
        const Trace block = trace_block("blocks.0", one_block.encoder.blocks[0], cache.encoder.blocks[0]);
        CHECK(total_parameters(block) == model.block);
        CHECK(count(with_depth(config, 1)) == total_parameters(trace));
        CHECK(total_parameters(trace) + (config.depth - 1) * model.block == model.parameters);

        CHECK(total_multiply_adds(trace) == formula(with_depth(config, 1)));
        const std::size_t multiply_adds = total_multiply_adds(trace) + (config.depth - 1) * total_multiply_adds(block);
        CHECK(multiply_adds == formula(config));
        const double last_digit = model.giga_multiply_adds > 100 ? 0.1 : 0.01;
        CHECK(std::abs(static_cast<double>(multiply_adds) / 1e9 - model.giga_multiply_adds) < 0.51 * last_digit);
    }
}

TEST_CASE("B/16 with three classes: 85,800,963 parameters, 2,307 of them in the head") {
    VitConfig config = vit_preset("vit_base_patch16");
    config.classes = 3;
    CHECK(count(with_depth(config, 1)) + 11 * 7087872 == 85800963);
    Vit p = make_vit(with_depth(config, 0));
    CHECK(parameter_count(named_parameters(p.head)) == 2307);
}

TEST_CASE("a model of full depth: Ti/16, counted and traced as a whole") {
    Vit p = make_vit(vit_preset("vit_tiny_patch16"));
    CHECK(parameter_count(named_parameters(p)) == 5717416);
    VitCache cache;
    const Tensor<2> logits = vit_forward(p, zeros<4>({2, 3, 224, 224}), cache);
    CHECK(shape_of(logits) == Shape{2, 1000});
    const Trace trace = trace_vit(p, cache);
    CHECK(total_parameters(trace) == 5717416);
    CHECK(total_multiply_adds(trace) == 2 * formula(p.config));
    CHECK(total_kept(trace) == kept_numbers(cache));
}

TEST_CASE("the record agrees with the model and the caches for every shape of model, in training too") {
    const VitConfig small{.image_height = 4,
                          .image_width = 10,
                          .patch_size = 2,
                          .width = 15,
                          .depth = 2,
                          .heads = 3,
                          .hidden = 7,
                          .classes = 6};
    std::vector<VitConfig> configs(11, small);
    configs[1].patch_norm = true;
    configs[2].head_width = 4;
    configs[3].pooling = Pooling::mean;
    configs[4].pooling = Pooling::mean, configs[4].final_norm = FinalNorm::after_pooling;
    configs[5].heads = 1, configs[5].attention_projection = false;
    configs[6].attention_tile = 4;
    configs[7].embedding_dropout = 0.1;
    configs[8].attention_dropout = 0.2;
    configs[9].projection_dropout = 0.3;
    configs[10].mlp_dropout = 0.4;
    for (std::size_t i = 0; i < configs.size(); ++i) {
        INFO("config " << i);
        Vit p = make_vit(configs[i]);
        Rng rng(1);
        VitCache cache;
        vit_forward(p, zeros<4>({2, 3, 4, 10}), cache, &rng);
        const Trace trace = trace_vit(p, cache);
        CHECK(total_parameters(trace) == parameter_count(named_parameters(p)));
        CHECK(total_kept(trace) == kept_numbers(cache));
        CHECK(trace.output == Shape{2, 6});
    }
}

TEST_CASE("a model of vit-pytorch before 1.0: 100 px, patch 10, 8 heads of width 64, 3,997,578 parameters") {
    const Vit p = make_vit({.image_height = 100,
                            .image_width = 100,
                            .patch_size = 10,
                            .width = 128,
                            .depth = 12,
                            .heads = 8,
                            .head_width = 64,
                            .hidden = 256,
                            .classes = 10,
                            .qkv_bias = false});
    VitCache cache;
    const Tensor<4> images = zeros<4>({2, 3, 100, 100});
    CHECK(shape_of(vit_forward(p, images, cache, nullptr, Keep::one_block)) == Shape{2, 10});
    CHECK(total_parameters(trace_vit(p, cache)) == 3997578);
}

TEST_CASE("names and shapes of the 152 parameters are timm's") {
    const std::size_t D = 15, F = 7, P = 2, Y = 6;
    std::vector<std::pair<std::string, Shape>> expected{{"cls_token", {1, 1, D}},
                                                        {"pos_embed", {1, 11, D}},
                                                        {"patch_embed.proj.weight", {D, 3, P, P}},
                                                        {"patch_embed.proj.bias", {D}}};
    for (std::size_t i = 0; i < 12; ++i) {
        const std::vector<std::pair<std::string, Shape>> block{
            {"norm1.weight", {D}},      {"norm1.bias", {D}},          {"attn.qkv.weight", {3 * D, D}},
            {"attn.qkv.bias", {3 * D}}, {"attn.proj.weight", {D, D}}, {"attn.proj.bias", {D}},
            {"norm2.weight", {D}},      {"norm2.bias", {D}},          {"mlp.fc1.weight", {F, D}},
            {"mlp.fc1.bias", {F}},      {"mlp.fc2.weight", {D, F}},   {"mlp.fc2.bias", {D}}};
        for (const auto& [name, shape] : block)
            expected.emplace_back("blocks." + std::to_string(i) + "." + name, shape);
    }
    for (const auto& [name, shape] : std::vector<std::pair<std::string, Shape>>{
             {"norm.weight", {D}}, {"norm.bias", {D}}, {"head.weight", {Y, D}}, {"head.bias", {Y}}}) {
        expected.emplace_back(name, shape);
    }
    Vit p = make_vit({.image_height = 4,
                      .image_width = 10,
                      .patch_size = P,
                      .width = D,
                      .depth = 12,
                      .heads = 3,
                      .hidden = F,
                      .classes = Y});
    std::vector<std::pair<std::string, Shape>> found;
    for (const Parameter& parameter : named_parameters(p)) {
        found.emplace_back(parameter.name, parameter.shape);
        CHECK(element_count(parameter.shape) == parameter.values.size());
    }
    CHECK(found.size() == 152);
    CHECK(found == expected);
}

TEST_CASE("a norm on each side of the patch projection has names of its own") {
    Vit p = make_vit({.image_height = 4,
                      .image_width = 10,
                      .patch_size = 2,
                      .width = 15,
                      .depth = 0,
                      .heads = 3,
                      .hidden = 7,
                      .classes = 6,
                      .patch_norm = true});
    std::vector<std::string> names;
    for (const Parameter& parameter : named_parameters(p)) names.push_back(parameter.name);
    CHECK(names == std::vector<std::string>{
                       "cls_token", "pos_embed", "patch_embed.proj.weight", "patch_embed.proj.bias",
                       "patch_embed.norm_in.weight", "patch_embed.norm_in.bias", "patch_embed.norm_out.weight",
                       "patch_embed.norm_out.bias", "norm.weight", "norm.bias", "head.weight", "head.bias"});
}

}  // namespace vit
