#include "07_training/run/features.h"

#include "07_training/run/steps.h"
#include "common/tensor/parallel.h"
#include "tests/07_training/small_run.h"

namespace vit {
namespace {

/// A run with a frozen backbone whose every weight is random, and whose images do not change.
Training frozen_run() {
    TrainConfig config = small_config();
    config.freeze = Freeze::backbone;
    config.augmentation = {};
    Training t = start_training(config, small_model());
    Rng rng(9);
    fill_random(named_parameters(t.model), rng);
    return t;
}

/// Of all images of a set at once, as the model's forward pass leaves them.
Tensor<2> expected_features(const Training& t, const ImageSet& set) {
    std::vector<std::size_t> all(set.count);
    std::iota(all.begin(), all.end(), std::size_t(0));
    VitCache cache;
    vit_forward(t.model, make_batch(set, all, t.normalisation).images, cache);
    return cache.pooled;
}

}  // namespace

TEST_CASE("features are what the head reads of each image, without dropout") {
    const Training t = frozen_run();
    CHECK(t.train.count == 144);
    CHECK(t.validation.count == 1293);  // six times what is computed at a time
    for (const std::size_t threads : {1u, 3u}) {
        const ThreadLimit limit(threads);
        const Features features = compute_features(t);
        CHECK(same(features.train, expected_features(t, t.train), "BD", 1e-12));
        CHECK(same(features.validation, expected_features(t, t.validation), "BD", 1e-12));
    }
}

TEST_CASE("features are kept where the backbone is frozen, no image changes, and they fit") {
    Training t = frozen_run();
    CHECK(can_keep_features(t));
    const double bytes = (144 + 1293) * 8 * sizeof(Scalar);
    CHECK(can_keep_features(t, bytes));
    CHECK_FALSE(can_keep_features(t, bytes - 1));
    t.config.freeze = Freeze::nothing;
    CHECK_FALSE(can_keep_features(t));
    t.config.freeze = Freeze::backbone;
    for (const Augmentation& changes : {Augmentation{.shift = 0.5},
                                        {.rotate = 1},
                                        {.scale = 0.1},
                                        {.crop = 0.9},
                                        {.flip = 0.5},
                                        {.random_changes = 1},
                                        {.mixup = 0.2}}) {
        t.config.augmentation = changes;
        CHECK_FALSE(can_keep_features(t));
    }
}

TEST_CASE("the rows of some images, in their order") {
    const Tensor<2> features{{1, 2}, {3, 4}, {5, 6}};
    const std::vector<std::size_t> indices{2, 0, 2, 1};
    const Tensor<2> rows{{5, 6}, {1, 2}, {5, 6}, {3, 4}};
    CHECK(same(rows_of(features, indices), rows, "BD"));
}

TEST_CASE("the head's answers for features are the model's for the images, to the bit") {
    const Training t = frozen_run();
    const Evaluation expected = evaluate(t.model, t.validation, t.normalisation);
    const Evaluation found = evaluate_features(t.model.head, compute_features(t).validation, t.validation);
    CHECK(found.predicted == expected.predicted);
    CHECK(found.score.loss_sum == expected.score.loss_sum);
    CHECK(found.score.right == expected.score.right);
    CHECK(found.score.count == 1293);
}

TEST_CASE("steps on kept features are those that compute them each time, up to rounding") {
    Training kept = frozen_run(), computed = frozen_run();
    computed.config.augmentation.flip = 1e-300;  // may change an image, and never does
    const ThreadLimit limit(2);
    Steps kept_steps(kept), computed_steps(computed);
    CHECK(kept_steps.note() == "features: computed once, for 144 training and 1,293 validation images\n");
    CHECK(computed_steps.note() ==
          "features: computed in each step, because the images change; with --shift 0 and no other change, once is "
          "enough\n");
    for (std::size_t epoch = 0; epoch < 3; ++epoch) {
        kept_steps.begin(5 * (epoch + 1));
        computed_steps.begin(5 * (epoch + 1));
        for (std::size_t step = 0; step < 5; ++step) {
            const Score a = kept_steps.next(), b = computed_steps.next();
            CHECK(a.loss() == doctest::Approx(b.loss()).epsilon(1e-12).scale(0));
            CHECK(a.right == b.right);
            CHECK(a.count == (step < 4 ? 32 : 16));
            CHECK(same(kept_steps.gradient(), computed_steps.gradient(), 1e-12));
        }
    }
    CHECK(kept.step() == 15);
    CHECK(same(kept.trained(), computed.trained(), 1e-11));
    CHECK(kept_steps.validate().predicted == computed_steps.validate().predicted);
}

TEST_CASE("a run that is finished computes no features") {
    Training t = frozen_run();
    t.epochs.resize(t.config.epochs);
    CHECK(Steps(t).note().empty());
}

}  // namespace vit
