#include "05_encoder/block.h"

#include <utility>

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

Tensor<3> block_forward(const Block& p, const Tensor<3>& x, BlockCache& cache, Rng* rng) {
    // 1. Tokens look at each other; what they learn is added to what they were.
    Tensor<3> normed = layer_norm_forward(p.norm1, x, cache.norm1);
    Tensor<3> residual = attention_forward(p.attention, std::move(normed), cache.attention, rng);
    residual += x;  // (B, N, D)
    // 2. Each token thinks by itself; again added.
    Tensor<3> normed_again = layer_norm_forward(p.norm2, residual, cache.norm2);
    Tensor<3> y = mlp_forward(p.mlp, std::move(normed_again), cache.mlp, rng);
    y += residual;  // (B, N, D)
    return y;
}

Tensor<3> block_backward(const Block& p, const BlockCache& cache, const Tensor<3>& dy, Block& grad) {
    // 2. A sum passes its gradient on to both sides: through the branch, and along the shortcut unchanged.
    const Tensor<3> dnormed_again = mlp_backward(p.mlp, cache.mlp, dy, grad.mlp);
    Tensor<3> dresidual = layer_norm_backward(p.norm2, cache.norm2, dnormed_again, grad.norm2);
    dresidual += dy;  // (B, N, D)
    // 1.
    const Tensor<3> dnormed = attention_backward(p.attention, cache.attention, dresidual, grad.attention);
    Tensor<3> dx = layer_norm_backward(p.norm1, cache.norm1, dnormed, grad.norm1);
    dx += dresidual;  // (B, N, D)
    return dx;
}

}  // namespace vit
