#include "04_mlp/mlp.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the MLP and every form of the GELU agree with PyTorch") {
    const Safetensors file = load_safetensors(TEST_FILES "/fixtures/layers.safetensors");
    const std::pair<const char*, Gelu> forms[] = {
        {"gelu_erf", Gelu::erf}, {"gelu_tanh", Gelu::tanh}, {"gelu_sigmoid", Gelu::sigmoid}};
    for (const auto& [name, form] : forms) {
        NoParameters none;
        const Gelu gelu = form;
        check_layer_fixture<3>(
            file, name, none, none, [=](const Tensor<3>& x) { return gelu_forward(gelu, x); },
            [=](const Tensor<3>& x, const Tensor<3>& dy, NoParameters&) { return gelu_backward(gelu, x, dy); });
    }

    Mlp mlp = make_mlp({.width = 5, .hidden = 7});
    MlpCache cache;
    check_layer_fixture<3>(
        file, "mlp", mlp, make_mlp({.width = 5, .hidden = 7}),
        [&](const Tensor<3>& x) { return mlp_forward(mlp, x, cache); },
        [&](const Tensor<3>&, const Tensor<3>& dy, Mlp& grad) { return mlp_backward(mlp, cache, dy, grad); });
}

}  // namespace vit
