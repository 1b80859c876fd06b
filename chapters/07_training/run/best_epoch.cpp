#include "07_training/run/best_epoch.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace vit {

const Epoch& best_epoch(const std::vector<Epoch>& epochs, BestBy by) {
    if (epochs.back().validation.count == 0) return epochs.back();
    const auto less_is_better = [by](const Epoch& epoch) {
        const double loss = epoch.validation.loss(), accuracy = epoch.validation.accuracy();
        return by == BestBy::loss ? std::pair(loss, -accuracy) : std::pair(-accuracy, loss);
    };
    return *std::ranges::min_element(epochs, {}, less_is_better);
}

std::string best_epoch_lines(const std::vector<Epoch>& epochs, BestBy by) {
    if (epochs.empty()) return "";
    constexpr std::size_t few_images = 20;
    const Epoch& best = best_epoch(epochs, by);
    const Score& found = best.validation;
    if (found.count == 0)
        return fmt::format("best.safetensors has the last epoch: no image is held back to find the best one\n");
    const std::string accuracy = fmt::format("accuracy {:.4f}", found.accuracy()),
                      loss = fmt::format("loss {:.4f}", found.loss());
    const bool by_loss = by == BestBy::loss;
    std::string lines = fmt::format("best epoch {} of {}, in best.safetensors: validation {}, {}\n", best.number,
                                    epochs.size(), by_loss ? loss : accuracy, by_loss ? accuracy : loss);
    if (found.count < few_images)
        lines += fmt::format("only {} validation image{} chose it: others might well choose another epoch\n",
                             found.count, found.count == 1 ? "" : "s");
    return lines;
}

}  // namespace vit
