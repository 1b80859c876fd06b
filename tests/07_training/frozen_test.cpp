#include "07_training/frozen.h"

#include "07_training/clip_gradients.h"
#include "07_training/evaluate.h"
#include "07_training/run/parallel_step.h"
#include "tests/07_training/small_model.h"

namespace vit {
namespace {

Optimiser optimiser_of(Linear& head) {
    return {.adamw = make_adamw({}, head_parameters(head)),
            .schedule = {.peak = 0.01, .total_steps = 5},
            .largest_norm = 0.05};
}

std::vector<std::string> names_of(const Parameters& parameters) {
    std::vector<std::string> names;
    for (const Parameter& p : parameters) names.push_back(p.name);
    return names;
}

}  // namespace

TEST_CASE("backbone and head are the whole model, each parameter in one of the two") {
    SmallModel small;
    Parameters both = backbone_parameters(small.model);
    for (const Parameter& p : head_parameters(small.model.head)) both.push_back(p);
    CHECK(same(both, named_parameters(small.model)));
    CHECK(names_of(head_parameters(small.model.head)) == std::vector<std::string>{"head.weight", "head.bias"});
    CHECK(both.back().values.data() == small.model.head.bias.data());  // not a copy
}

TEST_CASE("the head's gradient is that of the whole model's backward pass, with mixup too") {
    const SmallModel small;
    for (const bool mixed : {false, true}) {
        INFO("mixed: ", mixed);
        Batch batch = small.batch();
        if (mixed) mix_up(batch, 0.7, Rng(3));
        std::vector<Worker> workers = make_workers(small.model.config, 1);
        const Score expected = compute_gradient(small.model, batch, workers, 0.1);

        Linear head = small.model.head, grad = make_linear(12, 7);
        grad.weight.fill(3);  // of the step before
        grad.bias.fill(4);
        Optimiser optimiser = optimiser_of(head);
        optimiser.largest_norm = 0;
        const Score found = head_step(head, features_of(small.model, batch.images), batch, optimiser, grad, 0.1);
        CHECK(same(head_parameters(grad), head_parameters(workers[0].gradient.head), 1e-13));
        CHECK(found.loss() == doctest::Approx(expected.loss()).epsilon(1e-13).scale(0));
        CHECK(found.right == expected.right);
        CHECK(found.count == 11);
    }
}

TEST_CASE("the head moves as AdamW moves it: clipped by its own gradient, at the rate of each step") {
    const SmallModel small;
    const Batch batch = small.batch();
    const Tensor<2> features = features_of(small.model, batch.images);
    Vit model = small.model;
    Linear head = small.model.head, grad = make_linear(12, 7);
    Optimiser expected = optimiser_of(model.head), found = optimiser_of(head);
    std::vector<Worker> workers = make_workers(model.config, 1);
    for (std::size_t step = 0; step < 3; ++step) {
        compute_gradient(model, batch, workers);
        const Parameters gradients = head_parameters(workers[0].gradient.head);
        CHECK(clip_gradients(gradients, expected.largest_norm) > expected.largest_norm);
        adamw_step(expected.adamw, expected.learning_rate(), head_parameters(model.head), gradients);
        head_step(head, features, batch, found, grad);
        CHECK(same(head_parameters(grad), gradients, 1e-12));
        CHECK(same(head_parameters(head), head_parameters(model.head), 1e-12));
    }
    CHECK(found.adamw.step == 3);
    Vit start = small.model;
    CHECK_FALSE(same(head_parameters(head), head_parameters(start.head), 1e-3));
}

TEST_CASE("of a batch's images the head's step reads nothing") {
    const SmallModel small;
    const Tensor<2> features = features_of(small.model, small.batch().images);
    Linear a = small.model.head, b = a, grad = make_linear(12, 7);
    Optimiser first = optimiser_of(a), second = optimiser_of(b);
    head_step(a, features, small.batch(), first, grad);
    head_step(b, features, {{}, small.batch().labels}, second, grad);
    CHECK(same(head_parameters(a), head_parameters(b)));
}

}  // namespace vit
