#include "05_encoder/block.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the encoder block agrees with PyTorch") {
    const Safetensors file = load_safetensors(TEST_FILES "/fixtures/layers.safetensors");
    const BlockConfig config{.attention = {.width = 8, .heads = std::stoul(file.metadata.at("encoder_block.heads"))},
                             .mlp = {.width = 8, .hidden = 11},
                             .eps = std::stod(file.metadata.at("encoder_block.eps"))};
    Block block = make_block(config);
    BlockCache cache;
    check_layer_fixture<3>(
        file, "encoder_block", block, make_block(config),
        [&](const Tensor<3>& x) { return block_forward(block, x, cache); },
        [&](const Tensor<3>&, const Tensor<3>& dy, Block& grad) { return block_backward(block, cache, dy, grad); });
}

}  // namespace vit
