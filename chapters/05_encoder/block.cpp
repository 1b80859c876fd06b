#include "05_encoder/block.h"

#include <utility>

#include "common/tensor/axes.h"

namespace vit {

Block make_block(const BlockConfig& config) {
    return {.norm1 = make_layer_norm(config.attention.width, config.eps),
            .attention = make_attention(config.attention),
            .norm2 = make_layer_norm(config.mlp.width, config.eps),
            .mlp = make_mlp(config.mlp)};
}

void initialise(Block& p, Rng& rng) {
    initialise(p.norm1);
    initialise(p.attention, rng);
    initialise(p.norm2);
    initialise(p.mlp, rng);
}

Parameters named_parameters(Block& p) {
    Parameters parameters;
    append(parameters, "norm1", named_parameters(p.norm1));
    append(parameters, "attn", named_parameters(p.attention));
    append(parameters, "norm2", named_parameters(p.norm2));
    append(parameters, "mlp", named_parameters(p.mlp));
    return parameters;
}

// #region exercise 5.1 block_forward (easy, 10 minutes)
Tensor<3> block_forward(const Block& p, const Tensor<3>& x, BlockCache& cache, Rng* rng) {
    Axes("block_forward").set('D', p.norm1.weight.size(), "norm1").check("x", "BND", x);
    // 1. x' = x + Attention(LayerNorm(x)): tokens look at each other. rng goes to both branches, for their dropout;
    //    each part has a place of its own in the cache.
    Tensor<3> normed1 = layer_norm_forward(p.norm1, x, cache.norm1);                                      // (B, N, D)
    const Tensor<3> attended = attention_forward(p.attention, std::move(normed1), cache.attention, rng);  // (B, N, D)
    const Tensor<3> middle = x + attended;                                                                // (B, N, D)
    // 2. y = x' + MLP(LayerNorm(x')): each token thinks by itself.
    Tensor<3> normed2 = layer_norm_forward(p.norm2, middle, cache.norm2);              // (B, N, D)
    const Tensor<3> thought = mlp_forward(p.mlp, std::move(normed2), cache.mlp, rng);  // (B, N, D)
    return middle + thought;                                                           // (B, N, D)
}
// #endregion

// #region exercise 5.2 block_backward (medium, 20 minutes)
Tensor<3> block_backward(const Block& p, const BlockCache& cache, const Tensor<3>& dy, Block& grad) {
    Axes("block_backward").check("x", "BND", cache.attention.x).check("dy", "BND", dy);
    // 2. A sum passes its gradient on to both sides: through the branch, and along the shortcut unchanged.
    const Tensor<3> dnormed2 = mlp_backward(p.mlp, cache.mlp, dy, grad.mlp);                         // (B, N, D)
    const Tensor<3> dmiddle = dy + layer_norm_backward(p.norm2, cache.norm2, dnormed2, grad.norm2);  // (B, N, D)
    // 1. The same for the first branch: dmiddle goes through it and along the shortcut.
    const Tensor<3> dnormed1 = attention_backward(p.attention, cache.attention, dmiddle, grad.attention);  // (B, N, D)
    return dmiddle + layer_norm_backward(p.norm1, cache.norm1, dnormed1, grad.norm1);                      // (B, N, D)
}
// #endregion

}  // namespace vit
