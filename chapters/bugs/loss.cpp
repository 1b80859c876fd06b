#include "bugs/loss.h"

namespace vit {

// #region exercise B.5 loss_is_right (medium, 10 minutes)
bool loss_is_right(const Loss& loss) {
    // 1. Images whose loss is known from elsewhere.
    const Tensor<2> logits{{0, std::log(Scalar(3)), std::log(Scalar(4))},  // by hand: 1, 3 and 4 of 8
                           {-1000, 0, 1000}};                              // (B, Y): sure, and right: the loss is 0
    const double wanted = (-std::log(3.0 / 8) + 0) / 2;
    // 2. Is it that, but for rounding?
    return std::abs(loss(logits, {1, 2}) - wanted) < 1e-9;
}
// #endregion

}  // namespace vit
