#include "05_encoder/block.h"

#include "05_encoder/trace.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// B = 2, N = 5, D = 12, A = 4 (K = 3), F = 7.
BlockConfig small_config() {
    return {.attention = {.width = 12, .heads = 4}, .mlp = {.width = 12, .hidden = 7}, .eps = 1e-5};
}

Block random_block() {
    Block p = make_block(small_config());
    Rng rng(1);
    fill_random(named_parameters(p), rng);
    return p;
}

}  // namespace

TEST_CASE("a block adds attention and then MLP, each of a normalised copy, to what was there") {
    const Block p = random_block();
    const Tensor<3> x = Rng(2).normal_tensor<3>({2, 5, 12});
    BlockCache cache, own;
    const Tensor<3> y = block_forward(p, x, cache);
    const Tensor<3> attended = attention_forward(p.attention, layer_norm_forward(p.norm1, x, own.norm1), own.attention);
    const Tensor<3> residual = x + attended;
    const Tensor<3> thought = mlp_forward(p.mlp, layer_norm_forward(p.norm2, residual, own.norm2), own.mlp);
    const Tensor<3> expected = residual + thought;
    CHECK(same(y, expected, "BND", 1e-14));
}

TEST_CASE("where both branches give zero, a block changes nothing, and the gradient passes unchanged") {
    Block p = random_block(), grad = make_block(small_config());
    for (Linear* last : {&*p.attention.projection, &p.mlp.fc2}) {
        last->weight.fill(0);
        last->bias.fill(0);
    }
    const Tensor<3> x = Rng(3).normal_tensor<3>({2, 5, 12}), dy = Rng(4).normal_tensor<3>({2, 5, 12});
    BlockCache cache;
    CHECK(same(block_forward(p, x, cache), x, "BND"));
    CHECK(same(block_backward(p, cache, dy, grad), dy, "BND"));
}

TEST_CASE("each kind of dropout acts on the block where random numbers are given") {
    const Tensor<3> x = Rng(7).normal_tensor<3>({2, 5, 12});
    std::vector<BlockConfig> configs(3, small_config());
    configs[0].attention.attend.dropout = 0.5;
    configs[1].attention.projection_dropout = 0.5;
    configs[2].mlp.dropout = 0.5;
    for (const BlockConfig& config : configs) {
        Block p = make_block(config);
        Rng weights(1), rng(8);
        fill_random(named_parameters(p), weights);
        BlockCache cache;
        const Tensor<3> at_inference = block_forward(p, x, cache), in_training = block_forward(p, x, cache, &rng);
        CHECK(at_inference != in_training);
    }
}

TEST_CASE("gradients of a block, also with every dropout") {
    for (double dropout : {0.0, 0.3}) {
        BlockConfig config = small_config();
        config.attention.attend.dropout = config.attention.projection_dropout = config.mlp.dropout = dropout;
        Block p = make_block(config);
        BlockCache cache;
        check_layer_gradients(
            p, make_block(config), Rng(5).normal_tensor<3>({2, 5, 12}),
            [&](const Tensor<3>& x) {
                Rng rng(6);  // the same numbers are dropped every time
                return block_forward(p, x, cache, &rng);
            },
            [&](const Tensor<3>&, const Tensor<3>& dy, Block& grad) { return block_backward(p, cache, dy, grad); });
    }
}

TEST_CASE("a block's LayerNorms begin as the identity's, and both have the configured eps") {
    Block p = random_block();
    Rng rng(7);
    initialise(p, rng);
    for (const LayerNorm* norm : {&p.norm1, &p.norm2}) {
        CHECK(same(norm->weight, xt::ones<Scalar>({12}), "D"));
        CHECK(same(norm->bias, zeros<1>({12}), "D"));
        CHECK(norm->eps == 1e-5);
    }
}

TEST_CASE("one block of B/16: parameters and the record") {
    const BlockConfig base;
    Block p = make_block(base);
    std::size_t attention = 0, mlp = 0;
    for (const Parameter& parameter : named_parameters(p)) {
        const bool first = parameter.name.starts_with("norm1.") || parameter.name.starts_with("attn.");
        (first ? attention : mlp) += parameter.values.size();
    }
    CHECK(attention == 2363904);
    CHECK(mlp == 4723968);
    CHECK(parameter_count(named_parameters(p)) == 7087872);

    BlockCache cache;
    const Tensor<3> y = block_forward(p, zeros<3>({1, 197, 768}), cache);
    CHECK(shape_of(y) == Shape{1, 197, 768});
    const Trace trace = trace_block("blocks.0", p, cache);
    CHECK(total_parameters(trace) == 7087872);
    CHECK(total_multiply_adds(trace) == 4ul * 197 * 768 * 768 + 2ul * 197 * 768 * 3072 + 2ul * 197 * 197 * 768);
    const std::vector<std::string> shortcuts[] = {trace.parts[2].from, trace.parts[5].from};
    CHECK(shortcuts[0] == std::vector<std::string>{"", "attn"});
    CHECK(shortcuts[1] == std::vector<std::string>{"add1", "mlp"});
}

}  // namespace vit
