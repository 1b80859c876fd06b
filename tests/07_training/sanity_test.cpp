#include "07_training/sanity.h"

#include "tests/07_training/small_model.h"

namespace vit {
namespace {

/// A fresh model for the images of SmallModel.
Vit fresh_model(std::size_t depth = 2) {
    VitConfig config = SmallModel().model.config;
    config.depth = depth;
    Vit model = make_vit(config);
    Rng rng(2);
    initialise(model, rng);
    return model;
}

}  // namespace

TEST_CASE("the initial loss of a fresh model is ln Y, that of another one is its loss without dropout") {
    const SmallModel small;
    CHECK(initial_loss(fresh_model(), small.batch()) == doctest::Approx(std::log(7.0)).epsilon(1e-14).scale(0));
    VitCache cache;
    CrossEntropyCache loss_cache;
    const Tensor<2> logits = vit_forward(small.model, small.batch().images, cache);
    const double loss = cross_entropy_forward(0, logits, small.batch().labels, loss_cache);
    CHECK(initial_loss(small.model, small.batch()) == doctest::Approx(loss).epsilon(1e-12));
    CHECK(std::abs(loss - std::log(7.0)) > 1e-3);
}

TEST_CASE("a model learns one batch by heart, stops as soon as it knows it, and stays as it was itself") {
    const SmallModel small;
    Vit model = fresh_model(), before = model;
    const Batch batch = small.batch(0, 5);
    const LearnedByHeart result =
        overfit_one_batch(model, batch, plain_step, 1000, 600);  // at this width it takes more than 200
    CHECK(result.score.right == 5);
    CHECK(result.score.count == 5);
    CHECK(result.score.loss() <= 0.01);
    CHECK(result.steps > 1);
    CHECK(result.steps < 1000);
    CHECK(overfit_one_batch(model, batch, plain_step, result.steps - 1, 600).score.loss() > 0.01);
    CHECK(same(named_parameters(model), named_parameters(before)));
}

TEST_CASE("a model that cannot learn one batch by heart is given up after so many steps") {
    // Without blocks the class token never sees a patch: one answer for all images.
    const SmallModel small;
    const LearnedByHeart result = overfit_one_batch(fresh_model(0), small.batch(), plain_step, 30, 600);
    CHECK(result.steps == 30);
    CHECK_FALSE(result.out_of_time);
    CHECK(result.score.right < 11);
    CHECK(overfit_one_batch(fresh_model(), small.batch(), plain_step, 0).steps == 0);
}

TEST_CASE("the steps are those that are given") {
    const SmallModel small;
    std::size_t calls = 0;
    const Step step = [&](Vit& model, const Batch& batch, Optimiser& optimiser) {
        ++calls;
        return train_step(model, batch, optimiser);
    };
    CHECK(overfit_one_batch(fresh_model(), small.batch(), step, 3).steps == 3);
    CHECK(calls == 3);
}

TEST_CASE("a model for which there is no time makes one step") {
    const SmallModel small;
    const LearnedByHeart result = overfit_one_batch(fresh_model(), small.batch(), plain_step, 30, 0);
    CHECK(result.steps == 1);
    CHECK(result.out_of_time);
}

}  // namespace vit
