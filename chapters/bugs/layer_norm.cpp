#include "bugs/layer_norm.h"

#include "bugs/differences.h"
#include "common/tensor/comparison.h"
#include "common/tensor/random.h"

namespace vit {

// #region exercise B.4 norm_backward_is_right (medium, 15 minutes)
bool norm_backward_is_right(const NormBackward& backward) {
    // 1. Inputs that tell right code from wrong.
    Rng rng(1);
    Tensor<2> x = rng.normal_tensor<2>({3, 5}, 1, 2);    // (M, D), rows whose variance is not 1
    const Tensor<1> weight = rng.normal_tensor<1>({5});  // (D), not ones
    const Tensor<2> dy = rng.normal_tensor<2>({3, 5});   // (M, D), not ones: with weight 1, rows of y sum to 0 anyway
    // 2. A loss whose gradient with respect to y is dy.
    const auto loss = [&] {
        const Tensor<2> y = norm_forward(weight, x);  // (M, D)
        return static_cast<double>(xt::sum(dy * y)());
    };
    // 3. Is dx how it changes with each number of x?
    return bool(same(backward(weight, x, dy), gradient_by_differences<2>(loss, x), "MD", 1e-7));
}
// #endregion

}  // namespace vit
