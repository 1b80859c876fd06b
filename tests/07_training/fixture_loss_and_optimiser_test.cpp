#include "07_training/adamw.h"
#include "07_training/clip_gradients.h"
#include "07_training/cross_entropy.h"
#include "tests/fixtures.h"

namespace vit {
namespace {

Safetensors layers() {
    return load_safetensors(TEST_FILES "/fixtures/layers.safetensors");
}

}  // namespace

TEST_CASE("cross-entropy agrees with PyTorch") {
    const Safetensors file = layers();
    for (const std::string name : {"cross_entropy", "cross_entropy_smoothed"}) {
        INFO(name);
        const double smoothing = name == "cross_entropy" ? 0 : number_of(file, name + ".label_smoothing");
        const Labels labels = labels_of(file, name + "/labels");
        CrossEntropyCache cache;
        const double loss = cross_entropy_forward(smoothing, tensor_of<2>(file, name + "/logits"), labels, cache);
        CHECK(loss == doctest::Approx(static_cast<double>(file.at(name + "/loss").values()[0]))
                          .epsilon(fixture_tolerance)
                          .scale(0));
        Tensor<2> dlogits = cross_entropy_backward(smoothing, cache);
        check_against(file, name + "/", {parameter("dlogits", dlogits)});
    }
}

TEST_CASE("five steps of AdamW, and of Adam with its weight decay inside the gradient, agree with PyTorch") {
    const Safetensors file = layers();
    for (const std::string name : {"adamw", "adam_l2"}) {
        INFO(name);
        const AdamWConfig config{.beta1 = number_of(file, name + ".beta1"),
                                 .beta2 = number_of(file, name + ".beta2"),
                                 .eps = number_of(file, name + ".eps"),
                                 .weight_decay = number_of(file, name + ".weight_decay"),
                                 .kind = name == "adamw" ? WeightDecay::decoupled : WeightDecay::coupled};
        const Tensor<2> gradients = tensor_of<2>(file, name + "/gradients");  // (5 steps, 7)
        const std::vector<Scalar> start = file.at(name + "/start").values(),
                                  values = file.at(name + "/values").values();
        // A weight of two axes: others do not decay.
        std::vector<Scalar> weight = start, gradient(7);
        const Parameters parameters{{"weight", {1, 7}, weight}};
        AdamW state = make_adamw(config, parameters);
        for (std::size_t step = 0; step < 5; ++step) {
            INFO("step ", step + 1);
            std::copy_n(gradients.data() + 7 * step, 7, gradient.begin());
            adamw_step(state, number_of(file, name + ".learning_rate"), parameters, {{"weight", {1, 7}, gradient}});
            const std::span<const Scalar> wanted = std::span(values).subspan(7 * step, 7);
            CHECK(compare(numbers(weight), numbers(wanted), "", fixture_tolerance));
        }
    }
}

TEST_CASE("clipping agrees with PyTorch") {
    const Safetensors file = layers();
    for (const std::string name : {"clip_grad_norm", "clip_grad_norm_below"}) {
        INFO(name);
        Tensor<2> a = tensor_of<2>(file, name + "/a");
        Tensor<1> b = tensor_of<1>(file, name + "/b");
        const double norm =
            clip_gradients({parameter("clipped_a", a), parameter("clipped_b", b)}, number_of(file, name + ".max_norm"));
        CHECK(norm == doctest::Approx(static_cast<double>(file.at(name + "/norm").values()[0]))
                          .epsilon(fixture_tolerance)
                          .scale(0));
        if (name == "clip_grad_norm_below") {
            check_against(file, name + "/", {parameter("clipped_a", a), parameter("clipped_b", b)});
            continue;
        }
        // PyTorch scales by maximum / (norm + 1e-6), this code by maximum / norm. The first is the paper's with a guard
        // against a norm of 0, which is no case here: a norm of 0 is never too long. Multiplied away, the rest agrees.
        a *= static_cast<Scalar>(norm / (norm + 1e-6));
        b *= static_cast<Scalar>(norm / (norm + 1e-6));
        check_against(file, name + "/", {parameter("clipped_a", a), parameter("clipped_b", b)});
    }
}

}  // namespace vit
