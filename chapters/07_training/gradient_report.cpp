#include "07_training/gradient_report.h"

#include "07_training/cross_entropy.h"

namespace vit {
namespace {

/// Sizes that all differ, so that no two axes can be taken for each other.
VitConfig small_model() {
    return {.image_height = 6,
            .image_width = 15,
            .channels = 2,
            .patch_size = 3,
            .width = 12,
            .depth = 2,
            .heads = 4,
            .head_width = 5,
            .hidden = 17,
            .classes = 7,
            .embedding_dropout = 0.1,
            .attention_dropout = 0.2,
            .projection_dropout = 0.15,
            .mlp_dropout = 0.25};
}

}  // namespace

ModelGradients check_model_gradients(std::size_t seed) {
    Vit model = make_vit(small_model());
    Rng rng(seed);
    for (const Parameter& p : named_parameters(model)) rng.fill_normal(p.values, 0, Scalar(0.4));
    Tensor<4> images = rng.normal_tensor<4>({3, 2, 6, 15});
    const Labels labels{4, 0, 6};

    const auto forward = [&](VitCache& cache, CrossEntropyCache& loss) {
        Rng drops(seed);  // the same numbers are dropped each time
        return cross_entropy_forward(0.1, vit_forward(model, images, cache, &drops), labels, loss);
    };
    const auto backward = [&](Vit& gradient) {  // adds to it, and returns dimages
        VitCache cache;
        CrossEntropyCache loss;
        forward(cache, loss);
        return vit_backward(model, cache, cross_entropy_backward(0.1, loss), gradient);
    };
    Vit once = make_vit(model.config);
    Tensor<4> dimages = backward(once);
    Vit twice = once;
    backward(twice);

    Parameters parameters = named_parameters(model), gradients = named_parameters(once);
    parameters.push_back(parameter("images", images));
    gradients.push_back(parameter("images", dimages));
    VitCache cache;
    CrossEntropyCache loss;
    return {check_gradients([&] { return forward(cache, loss); }, parameters, gradients, 200, seed),
            second_run_error(named_parameters(once), named_parameters(twice))};
}

}  // namespace vit
