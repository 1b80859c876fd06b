#include "bugs/shortcut.h"

#include "bugs/differences.h"
#include "common/tensor/comparison.h"
#include "common/tensor/random.h"

namespace vit {

// #region exercise B.3 shortcut_backward_is_right (medium, 15 minutes)
bool shortcut_backward_is_right(const ShortcutBackward& backward) {
    // 1. Inputs that tell right code from wrong.
    Rng rng(1);
    Tensor<2> x = rng.normal_tensor<2>({3, 4});             // (M, N): random, as all that follows; more than one row
    Tensor<1> weight = rng.normal_tensor<1>({4});           // (N)
    const Tensor<2> dy = rng.normal_tensor<2>({3, 4});      // (M, N)
    const Tensor<1> collected = rng.normal_tensor<1>({4});  // (N), what stands in dweight already
    // 2. The code that is tried.
    Tensor<1> dweight = collected;                          // (N)
    const Tensor<2> dx = backward(weight, x, dy, dweight);  // (M, N)
    // 3. A loss whose gradient with respect to y is dy, and how it changes with each number.
    const auto loss = [&] {
        const Tensor<2> y = shortcut_forward(weight, x);  // (M, N)
        return static_cast<double>(xt::sum(dy * y)());
    };
    const Tensor<2> x_slopes = gradient_by_differences<2>(loss, x);            // (M, N)
    const Tensor<1> weight_slopes = gradient_by_differences<1>(loss, weight);  // (N)
    // 4. Are both gradients right?
    return same(dx, x_slopes, "MN", 1e-7) && same(dweight, collected + weight_slopes, "N", 1e-7);
}
// #endregion

}  // namespace vit
