#include "07_training/evaluate.h"

#include "common/tensor/parallel.h"
#include "tests/07_training/small_model.h"

namespace vit {

TEST_CASE("predictions are the same for any number of threads, more than there are images included") {
    const SmallModel small;
    VitCache cache;
    const Tensor<2> logits = vit_forward(small.model, small.batch().images, cache);
    for (const std::size_t threads : {0u, 1u, 2u, 3u, 11u, 14u}) {
        INFO(threads, " threads");
        const ThreadLimit limit(threads);
        CHECK(same(predict(small.model, small.batch().images), logits, "BY", 1e-13));
    }
}

TEST_CASE("no images have no predictions") {
    const SmallModel small;
    for (const std::size_t threads : {1u, 3u}) {
        INFO(threads, " threads");
        const ThreadLimit limit(threads);
        CHECK(shape_of(predict(small.model, zeros<4>({0, 2, 6, 15}))) == Shape{0, 7});
    }
    const Evaluation nothing = evaluate(small.model, {0, 2, 6, 15, {}, {}}, {});
    CHECK(nothing.score.count == 0);
    CHECK(nothing.score.loss_sum == 0);
    CHECK(nothing.predicted.empty());
}

TEST_CASE("evaluation gives the same answers in any number of threads and batches, and drops nothing") {
    const SmallModel small;
    VitCache cache;
    CrossEntropyCache loss_cache;
    const Batch batch = small.batch();
    const Tensor<2> logits = vit_forward(small.model, batch.images, cache);
    const Score expected = score_of(cross_entropy_forward(0, logits, batch.labels, loss_cache), logits, batch.labels);
    for (const std::size_t threads : {1u, 2u, 3u, 14u})
        for (const std::size_t size : {1u, 3u, 4u, 128u}) {
            INFO(threads, " threads, batches of ", size);
            const ThreadLimit limit(threads);
            const Evaluation found = evaluate(small.model, small.images, small.normalisation, size);
            CHECK(found.predicted == predictions(logits));
            CHECK(found.score.count == 11);
            CHECK(found.score.right == expected.right);
            CHECK(found.score.loss() == doctest::Approx(expected.loss()).epsilon(1e-13).scale(0));
        }
}

}  // namespace vit
