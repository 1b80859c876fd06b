#include "08_pretrained/patch_order.h"

namespace vit {
namespace {

/// `count` patch vectors, one behind the other, in another order. A row of weights has one for each number of a patch,
/// so it can be treated as one: chapter 1 makes a picture (C, P, P) of it and cuts that into a patch again.
void reorder(std::span<Scalar> numbers, std::size_t count, const PatchEmbeddingConfig& c, PatchOrder order) {
    Tensor<3> patches = uninitialised<3>({count, 1, c.channels * c.patch_size * c.patch_size});  // (count, 1, C P P)
    std::ranges::copy(numbers, patches.begin());
    const Shape shape{count, c.channels, c.patch_size, c.patch_size};
    const Tensor<4> pictures = unpatchify(patches, shape, c.patch_size, c.order);  // (count, C, P, P)
    std::ranges::copy(patchify(pictures, c.patch_size, order), numbers.begin());
}

}  // namespace

void change_patch_order(Vit& model, PatchOrder order) {
    PatchEmbeddingConfig& c = model.patch_embedding.config;
    if (c.order == order) return;
    reorder(model.patch_embedding.projection.weight.storage(), c.width, c, order);
    if (model.patch_norms) {
        reorder(model.patch_norms->norm_in.weight.storage(), 1, c, order);
        reorder(model.patch_norms->norm_in.bias.storage(), 1, c, order);
    }
    c.order = model.config.patch_order = order;
}

}  // namespace vit
