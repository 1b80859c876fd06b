#include "07_training/run/batches_ahead.h"

#include <algorithm>
#include <set>

#include "tests/07_training/small_run.h"

namespace vit {

TEST_CASE("each epoch has every image once, in an order of its own; the last batch has those that are left") {
    const Training t = start_training(small_config(), small_model());
    CHECK(order_of_epoch(t, 0) != order_of_epoch(t, 1));
    for (const std::size_t epoch : {0u, 1u}) {
        const std::vector<std::size_t> order = order_of_epoch(t, epoch);
        std::vector<std::size_t> taken;
        for (std::size_t step = 5 * epoch; step < 5 * (epoch + 1); ++step)
            std::ranges::copy(images_of_step(t, step, order), std::back_inserter(taken));
        CHECK(taken == order);
        std::ranges::sort(taken);
        std::vector<std::size_t> all(144);
        std::iota(all.begin(), all.end(), std::size_t(0));
        CHECK(taken == all);
    }
}

TEST_CASE("each batch of an epoch is mixed in its own way, which is the step's") {
    TrainConfig config = small_config();
    config.augmentation = {.mixup = 0.5};
    Training t = start_training(config, small_model());
    std::vector<double> shares;
    BatchesAhead whole(t, 5);
    for (std::size_t step = 0; step < 5; ++step) {
        const Batch batch = whole.take();
        CHECK(batch.labels.size() == (step < 4 ? 32 : 16));
        CHECK(batch.other_labels.size() == batch.labels.size());
        shares.push_back(batch.share);
    }
    CHECK(std::set<double>(shares.begin(), shares.end()).size() == 5);
    t.optimiser.adamw.step = 3;  // a run that goes on in the middle
    BatchesAhead rest(t, 5);
    CHECK(rest.take().share == shares[3]);
    CHECK(rest.take().share == shares[4]);
}

}  // namespace vit
