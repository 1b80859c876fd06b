#include "01_patch_embedding/patch_embedding.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("Linear and patch embedding agree with PyTorch") {
    const Safetensors file = load_safetensors(TEST_FILES "/fixtures/layers.safetensors");
    Linear linear = make_linear(5, 7);
    check_layer_fixture<3>(
        file, "linear", linear, make_linear(5, 7), [&](const Tensor<3>& x) { return linear_forward(linear, x); },
        [&](const Tensor<3>& x, const Tensor<3>& dy, Linear& grad) { return linear_backward(linear, x, dy, grad); });

    const std::size_t patch_size = std::stoul(file.metadata.at("patch_embedding.patch_size"));
    PatchEmbedding embedding = make_patch_embedding({.channels = 2, .patch_size = patch_size, .width = 7});
    PatchEmbeddingCache cache;
    check_layer_fixture<4>(
        file, "patch_embedding", embedding, make_patch_embedding({.channels = 2, .patch_size = patch_size, .width = 7}),
        [&](const Tensor<4>& x) { return patch_embedding_forward(embedding, x, cache); },
        [&](const Tensor<4>&, const Tensor<3>& dy, PatchEmbedding& grad) {
            return patch_embedding_backward(embedding, cache, dy, grad);
        });
}

}  // namespace vit
