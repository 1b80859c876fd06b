#include "03_attention/attention.h"
#include "03_attention/layer_norm.h"
#include "03_attention/softmax.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("LayerNorm, softmax and attention agree with PyTorch") {
    const Safetensors file = load_safetensors(TEST_FILES "/fixtures/layers.safetensors");
    const double eps = std::stod(file.metadata.at("layer_norm.eps"));
    LayerNorm norm = make_layer_norm(6, eps);
    LayerNormCache norm_cache;
    check_layer_fixture<3>(
        file, "layer_norm", norm, make_layer_norm(6, eps),
        [&](const Tensor<3>& x) { return layer_norm_forward(norm, x, norm_cache); },
        [&](const Tensor<3>&, const Tensor<3>& dy, LayerNorm& grad) {
            return layer_norm_backward(norm, norm_cache, dy, grad);
        });

    NoParameters none;
    check_layer_fixture<4>(
        file, "softmax", none, none, [](const Tensor<4>& x) { return softmax_forward(x); },
        [](const Tensor<4>& x, const Tensor<4>& dy, NoParameters&) {
            return softmax_backward(softmax_forward(x), dy);
        });

    const AttentionConfig config{.width = 6, .heads = std::stoul(file.metadata.at("attention.heads"))};
    Attention attention = make_attention(config);
    AttentionCache cache;
    check_layer_fixture<3>(
        file, "attention", attention, make_attention(config),
        [&](const Tensor<3>& x) { return attention_forward(attention, x, cache); },
        [&](const Tensor<3>&, const Tensor<3>& dy, Attention& grad) {
            return attention_backward(attention, cache, dy, grad);
        });
    check_against(file, "attention/", {parameter("weights", cache.attend.weights)});
}

}  // namespace vit
