#include "06_vit_head/vit.h"
#include "tests/fixtures.h"

namespace vit {
namespace {

/// dL/dlogits of the mean cross-entropy L: (softmax - 1 at the label) / B.
Tensor<2> dlogits_of(const Tensor<2>& logits, const Tensor<1>& labels) {
    const std::size_t batch = logits.shape()[0], classes = logits.shape()[1];
    Tensor<2> d = zeros_like(logits);
    for (std::size_t b = 0; b < batch; ++b) {
        double sum = 0;
        for (std::size_t y = 0; y < classes; ++y) sum += std::exp(static_cast<double>(logits(b, y)));
        for (std::size_t y = 0; y < classes; ++y) {
            const double share = std::exp(static_cast<double>(logits(b, y))) / sum;
            d(b, y) = static_cast<Scalar>((share - (static_cast<std::size_t>(labels(b)) == y ? 1 : 0)) /
                                          static_cast<double>(batch));
        }
    }
    return d;
}

}  // namespace

TEST_CASE("logits and all gradients of every variant of the model agree with PyTorch") {
    for (const std::string name :
         {"default", "patch_norm", "no_qkv_bias", "head_width", "single_head", "mean_pooling", "mean_with_class_token",
          "norm_after_pooling", "eps", "gelu_tanh", "gelu_sigmoid", "patch_order"}) {
        INFO(name);
        const Safetensors file = load_safetensors(std::string(TEST_FILES "/fixtures/vit_") + name + ".safetensors");
        const VitConfig config = config_of(file);
        Vit p = make_vit(config), grad = make_vit(config);
        read_from(file, "parameters/", named_parameters(p));

        VitCache cache;
        Tensor<2> logits = vit_forward(p, tensor_of<4>(file, "images"), cache);
        check_against(file, "", {parameter("logits", logits)});
        Tensor<4> dimages = vit_backward(p, cache, dlogits_of(logits, tensor_of<1>(file, "labels")), grad);
        check_against(file, "gradients/", {parameter("images", dimages)});
        check_against(file, "gradients/", named_parameters(grad));
    }
}

}  // namespace vit
