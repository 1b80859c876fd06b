#include "04_mlp/trace.h"

#include "01_patch_embedding/trace.h"

namespace vit {

Trace trace_mlp(const std::string& name, const Mlp& p, const MlpCache& cache) {
    const Shape x = shape_of(cache.x), hidden = shape_of(cache.hidden);
    const std::size_t dropout = (cache.hidden_dropout.active ? cache.hidden_dropout.scale.size() : 0) +
                                (cache.output_dropout.active ? cache.output_dropout.scale.size() : 0);
    Trace fc1 = trace_linear("fc1", p.fc1, x, "B N F");
    Trace act{.name = "act",
              .operation = "GELU",
              .input = hidden,
              .output = hidden,
              .axes = "B N F",
              .kind = LayerKind::nonlinearity,
              .kept = 2 * element_count(hidden) + dropout};  // its input and its output
    Trace fc2 = trace_linear("fc2", p.fc2, hidden, "B N D");
    return {.name = name,
            .operation = "MLP",
            .input = x,
            .output = x,
            .axes = "B N D",
            .kept = element_count(x),
            .parts = {fc1, act, fc2}};
}

}  // namespace vit
