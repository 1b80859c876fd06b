#include "01_patch_embedding/trace.h"

namespace vit {

Trace trace_linear(const std::string& name, const Linear& p, const Shape& input, const std::string& axes) {
    Shape output = input;
    output.back() = p.weight.shape()[0];
    return {.name = name,
            .operation = "Linear",
            .input = input,
            .output = output,
            .axes = axes,
            .kind = LayerKind::learned,
            .parameters = p.weight.size() + p.bias.size(),
            // One multiply-add for every weight and every row of the input.
            .multiply_adds = element_count(input) * output.back()};
}

Trace trace_patch_embedding(const std::string& name, const PatchEmbedding& p, const PatchEmbeddingCache& cache) {
    const Shape patches = shape_of(cache.patches);
    Trace cut{.name = "patches",
              .operation = "Patchify",
              .input = cache.image_shape,
              .output = patches,
              .axes = "B N CPP",
              .kept = element_count(patches)};
    Trace projection = trace_linear("proj", p.projection, patches, "B N D");
    return {.name = name,
            .operation = "PatchEmbedding",
            .input = cache.image_shape,
            .output = projection.output,
            .axes = "B N D",
            .parts = {cut, projection}};
}

}  // namespace vit
