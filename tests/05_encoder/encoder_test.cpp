#include "05_encoder/encoder.h"

#include "05_encoder/trace.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// B = 2, N = 5, D = 12, A = 4 (K = 3), F = 7.
BlockConfig small_config(double dropout = 0) {
    return {.attention = {.width = 12, .heads = 4, .attend = {.dropout = dropout}, .projection_dropout = dropout},
            .mlp = {.width = 12, .hidden = 7, .dropout = dropout}};
}

Encoder random_encoder(std::size_t depth, double dropout = 0) {
    Encoder p = make_encoder(small_config(dropout), depth);
    Rng rng(1);
    fill_random(named_parameters(p), rng);
    return p;
}

}  // namespace

TEST_CASE("an encoder is its blocks, one after another, each with its own parameters") {
    const Encoder p = random_encoder(3);
    const Tensor<3> x = Rng(2).normal_tensor<3>({2, 5, 12});
    BlockCache cache;
    Tensor<3> expected = x;
    for (const Block& block : p.blocks) expected = block_forward(block, expected, cache);
    EncoderCache all;
    CHECK(same(encoder_forward(p, x, all), expected, "BND"));
    CHECK(all.blocks.size() == 3);
    EncoderCache nothing;
    CHECK(same(encoder_forward(Encoder{}, x, nothing), x, "BND"));
}

TEST_CASE("one block's cache gives the same output and the same record as a cache for each block") {
    const Encoder p = random_encoder(3, 0.3);
    const Tensor<3> x = Rng(3).normal_tensor<3>({2, 5, 12});
    EncoderCache all, one;
    CHECK(same(encoder_forward(p, x, one, nullptr, Keep::one_block), encoder_forward(p, x, all), "BND"));
    CHECK(one.blocks.size() == 1);
    CHECK(trace_encoder(p, one) == trace_encoder(p, all));
    CHECK(trace_encoder(p, all).back().name == "blocks.2");
    Rng rng(4), again(4);
    CHECK(same(encoder_forward(p, x, one, &rng, Keep::one_block), encoder_forward(p, x, all, &again), "BND"));
    CHECK(same(encoder_forward(p, x, one), encoder_forward(p, x, all), "BND"));
    CHECK(one.blocks.size() == 3);
}

TEST_CASE("gradients of an encoder, also with dropout") {
    for (double dropout : {0.0, 0.2}) {
        Encoder p = make_encoder(small_config(dropout), 3);
        EncoderCache cache;
        check_layer_gradients(
            p, make_encoder(small_config(), 3), Rng(5).normal_tensor<3>({2, 5, 12}),
            [&](const Tensor<3>& x) {
                Rng rng(6);  // the same numbers are dropped every time
                return encoder_forward(p, x, cache, &rng);
            },
            [&](const Tensor<3>&, const Tensor<3>& dy, Encoder& grad) { return encoder_backward(p, cache, dy, grad); },
            30);
    }
}

TEST_CASE("blocks are initialised differently") {
    Encoder p = make_encoder(small_config(), 2);
    Rng rng(7);
    initialise(p, rng);
    CHECK_FALSE(same(p.blocks[0].attention.qkv.weight, p.blocks[1].attention.qkv.weight, "OI", 1e-3));
    CHECK_FALSE(same(p.blocks[0].mlp.fc1.weight, p.blocks[1].mlp.fc1.weight, "OI", 1e-3));
}

TEST_CASE("every block is initialised, and called by its number, from 0") {
    Encoder p = make_encoder(small_config(), 3);
    Rng rng(8);
    initialise(p, rng);
    for (const Block& block : p.blocks) {
        CHECK(xt::amax(block.attention.qkv.weight)() > 0);
        CHECK(xt::amin(block.norm2.weight)() == 1);
    }
    const Parameters parameters = named_parameters(p);
    CHECK(parameters.front().name == "0.norm1.weight");
    CHECK(parameters.back().name == "2.mlp.fc2.bias");
}

TEST_CASE("a backward pass needs everything that the forward pass left") {
    const Encoder p = random_encoder(2);
    Encoder grad = p;
    EncoderCache cache;
    encoder_forward(p, zeros<3>({2, 5, 12}), cache, nullptr, Keep::one_block);
    CHECK(
        error_of<std::logic_error>([&] {
            encoder_backward(p, cache, zeros<3>({2, 5, 12}), grad);
        }) ==
        "encoder_backward: there are 2 blocks, but the forward pass kept 1 (Keep::one_block keeps one, which is enough "
        "for inference only)");
    EncoderCache empty;
    Encoder two = make_encoder({.attention = {.width = 6, .heads = 2}, .mlp = {.width = 6, .hidden = 5}}, 2);
    CHECK(
        error_of<std::logic_error>([&] {
            encoder_backward(two, empty, zeros<3>({1, 3, 6}), two);
        }) ==
        "encoder_backward: there are 2 blocks, but the forward pass kept 0 (Keep::one_block keeps one, which is enough "
        "for inference only)");
}

}  // namespace vit
