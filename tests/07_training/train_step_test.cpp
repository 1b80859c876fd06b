#include "07_training/train_step.h"

#include "tests/07_training/small_model.h"

namespace vit {
namespace {

Optimiser optimiser_of(Vit& model, double rate, double largest_norm = 0) {
    return {.adamw = make_adamw({.weight_decay = 0}, named_parameters(model)),
            .schedule = {.peak = rate, .after_warmup = AfterWarmup::constant},
            .largest_norm = largest_norm};
}

}  // namespace

TEST_CASE("a step returns the score of the model before it, and the loss is smaller after it") {
    const SmallModel small;
    const Batch batch = small.batch();
    VitCache cache;
    CrossEntropyCache loss_cache;
    const Tensor<2> logits = vit_forward(small.model, batch.images, cache);
    const double loss = cross_entropy_forward(0.1, logits, batch.labels, loss_cache);

    Vit model = small.model;
    Optimiser optimiser = optimiser_of(model, 1e-4);
    const Score before = train_step(model, batch, optimiser, 0.1), after = train_step(model, batch, optimiser, 0.1);
    CHECK(before.loss() == doctest::Approx(loss).epsilon(1e-14).scale(0));
    CHECK(before.right == score_of(loss, logits, batch.labels).right);
    CHECK(before.count == 11);
    CHECK(after.loss() < before.loss());
    CHECK(optimiser.adamw.step == 2);
}

TEST_CASE("each parameter that has a gradient moves by the rate, against it, in the first step") {
    const SmallModel small;
    Vit model = small.model, gradient = make_vit(model.config);
    VitCache cache;
    CrossEntropyCache loss_cache;
    cross_entropy_forward(0, vit_forward(model, small.batch().images, cache), small.batch().labels, loss_cache);
    vit_backward(model, cache, cross_entropy_backward(0, loss_cache), gradient);

    Optimiser optimiser = optimiser_of(model, 0.01);
    train_step(model, small.batch(), optimiser);
    Vit start = small.model;
    const Parameters before = named_parameters(start), after = named_parameters(model), g = named_parameters(gradient);
    for (std::size_t i = 0; i < g.size(); ++i) {
        INFO(g[i].name);
        for (std::size_t j = 0; j < g[i].values.size(); ++j) {
            if (std::abs(g[i].values[j]) < 1e-4) continue;  // next to eps, the move is smaller
            CHECK(after[i].values[j] - before[i].values[j] ==
                  doctest::Approx(-std::copysign(0.01, g[i].values[j])).epsilon(1e-3).scale(0));
        }
    }
}

TEST_CASE("a gradient that is longer than allowed is clipped before the step") {
    // Adam's m after one step is (1 - beta1) times the gradient: its length shows what the gradient's was.
    const SmallModel small;
    const auto length = [&](double largest_norm) {
        Vit model = small.model;
        Optimiser optimiser = optimiser_of(model, 0.01, largest_norm);
        train_step(model, small.batch(), optimiser);
        double squares = 0;
        for (const std::vector<Scalar>& m : optimiser.adamw.m)
            for (Scalar number : m) squares += number * number;
        return std::sqrt(squares) / (1 - optimiser.adamw.config.beta1);
    };
    const double whole = length(0);
    CHECK(whole > 0.5);
    CHECK(length(0.5) == doctest::Approx(0.5).epsilon(1e-12).scale(0));
    CHECK(length(2 * whole) == doctest::Approx(whole).epsilon(1e-12).scale(0));
}

TEST_CASE("the rate is that of the schedule for each step") {
    const SmallModel small;
    Vit model = small.model;
    Optimiser optimiser = optimiser_of(model, 0.8);
    optimiser.schedule = {.peak = 0.8, .warmup_steps = 4, .total_steps = 16};
    for (std::size_t step = 0; step < 3; ++step) {
        CHECK(optimiser.learning_rate() == learning_rate_at(optimiser.schedule, step));
        train_step(model, small.batch(), optimiser);
    }
    optimiser.adamw.step = 16;  // the end, where it is 0
    Vit before = model;
    train_step(model, small.batch(), optimiser);
    CHECK(same(named_parameters(model), named_parameters(before)));
}

TEST_CASE("dropout acts only where random numbers are given") {
    const SmallModel small;
    Vit model = small.model;
    const auto loss = [&](Rng* rng) {
        Optimiser optimiser = optimiser_of(model, 0);
        return train_step(model, small.batch(), optimiser, 0, rng).loss();
    };
    Rng rng(1);
    CHECK(loss(nullptr) == loss(nullptr));
    CHECK(std::abs(loss(&rng) - loss(nullptr)) > 1e-6);
}

}  // namespace vit
