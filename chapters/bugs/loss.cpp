#include "bugs/loss.h"

namespace vit {

// #region exercise B.5 loss_is_right (medium, 10 minutes)
bool loss_is_right(const Loss& loss) {
    // 1. Probabilities known by hand, 1, 3 and 4 of 8, and a model that is sure and right: its loss is 0.
    const Tensor<2> logits{{0, std::log(Scalar(3)), std::log(Scalar(4))}, {-1000, 0, 1000}};  // (B, Y)
    const std::vector<std::size_t> labels{1, 2};                                              // (B)
    // 2. The mean over the images.
    const double wanted = (-std::log(3.0 / 8) + 0) / 2;
    return std::abs(loss(logits, labels) - wanted) < 1e-9;
}
// #endregion

}  // namespace vit
