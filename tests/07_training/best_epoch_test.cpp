#include "07_training/run/best_epoch.h"

#include "tests/testing.h"

namespace vit {
namespace {

/// Epochs 1, 2, ... with these validation scores.
std::vector<Epoch> epochs_of(const std::vector<Score>& scores) {
    std::vector<Epoch> epochs;
    for (const Score& score : scores) epochs.push_back({.number = epochs.size() + 1, .train = {}, .validation = score});
    return epochs;
}

std::size_t best_number(const std::vector<Score>& scores, BestBy by) {
    return best_epoch(epochs_of(scores), by).number;
}

}  // namespace

TEST_CASE("the best epoch: accuracy and then loss, or loss and then accuracy; of equals the first") {
    CHECK(best_number({{9, 4, 10}, {8, 7, 10}, {7, 6, 10}}, BestBy::accuracy) == 2);
    CHECK(best_number({{9, 4, 10}, {8, 7, 10}, {7, 6, 10}}, BestBy::loss) == 3);
    CHECK(best_number({{9, 7, 10}, {8, 7, 10}, {8.5, 7, 10}, {1, 6, 10}}, BestBy::accuracy) == 2);
    CHECK(best_number({{9, 8, 10}, {8, 6, 10}, {8, 7, 10}, {8.5, 9, 10}}, BestBy::loss) == 3);
    for (const BestBy by : {BestBy::accuracy, BestBy::loss}) {
        CHECK(best_number({{9, 7, 10}, {8, 8, 10}, {8, 8, 10}, {9, 7, 10}}, by) == 2);
        CHECK(best_number({{9, 7, 10}}, by) == 1);
        CHECK(best_number({{}, {}, {}}, by) == 3);  // without validation images
    }
}

TEST_CASE("what is said of the best epoch at the end of a run") {
    const std::vector<Epoch> epochs = epochs_of({{10, 15, 20}, {5, 19, 20}, {4, 18, 20}});
    CHECK(best_epoch_lines(epochs, BestBy::accuracy) ==
          "best epoch 2 of 3, in best.safetensors: validation accuracy 0.9500, loss 0.2500\n");
    CHECK(best_epoch_lines(epochs, BestBy::loss) ==
          "best epoch 3 of 3, in best.safetensors: validation loss 0.2000, accuracy 0.9000\n");
    CHECK(best_epoch_lines(epochs_of({{10, 15, 19}}), BestBy::accuracy) ==
          "best epoch 1 of 1, in best.safetensors: validation accuracy 0.7895, loss 0.5263\n"
          "only 19 validation images chose it: others might well choose another epoch\n");
    CHECK(best_epoch_lines(epochs_of({{0.5, 0, 1}, {0.25, 1, 1}}), BestBy::loss) ==
          "best epoch 2 of 2, in best.safetensors: validation loss 0.2500, accuracy 1.0000\n"
          "only 1 validation image chose it: others might well choose another epoch\n");
    CHECK(best_epoch_lines(epochs_of({{}, {}}), BestBy::accuracy) ==
          "best.safetensors has the last epoch: no image is held back to find the best one\n");
    CHECK(best_epoch_lines({}, BestBy::accuracy) == "");
}

}  // namespace vit
