// Chapter 4: each token thinks by itself.
//     in   tokens (B, 1+N, D)
//     out  tokens (B, 1+N, D), each changed by itself
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "03_attention/trace.h"
#include "04_mlp/trace.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/text.h"

using namespace vit;

namespace {

/// How far a cheaper form of the GELU is from the definition, at worst, for x between -8 and 8.
double largest_error(Gelu form) {
    constexpr std::size_t count = 16001;
    Tensor<3> x = uninitialised<3>({1, 1, count});  // (B, N, F)
    for (std::size_t i = 0; i < count; ++i) x(0, 0, i) = -8 + static_cast<Scalar>(i) / 1000;
    const Tensor<3> exact = gelu_forward(Gelu::erf, x), other = gelu_forward(form, x);
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        largest = std::max(largest, static_cast<double>(std::abs(exact(0, 0, i) - other(0, 0, i))));
    }
    return largest;
}

void run_chapter(CommandLine& line) {
    MlpConfig config;
    std::size_t batch = 1, tokens = 197, seed = 1;
    std::string diagram;
    line.size("batch", batch, "B, images in the batch")
        .size("tokens", tokens, "N, tokens of an image")
        .option("width", config.width, "D, numbers in a token", {.most = 1'000'000})
        .option("hidden", config.hidden, "F, hidden width")
        .add(choice("gelu", gelu_names, config.gelu, "form of the GELU"))
        .option("seed", seed, "seed of the random tokens and weights", any_number)
        .add(diagram_option(diagram))
        .parse();

    // The second half of an encoder block, without its shortcut.
    Rng rng(seed);
    LayerNorm norm = make_layer_norm(config.width);
    initialise(norm);
    Mlp mlp = make_mlp(config);
    initialise(mlp, rng);
    const Tensor<3> x = rng.normal_tensor<3>({batch, tokens, config.width});  // (B, N, D)
    LayerNormCache norm_cache;
    MlpCache cache;
    const Tensor<3> y = mlp_forward(mlp, layer_norm_forward(norm, x, norm_cache), cache);  // (B, N, D)

    const Trace trace{.name = "MLP block",
                      .operation = "LayerNorm, MLP",
                      .input = shape_of(x),
                      .output = shape_of(y),
                      .axes = "B N D",
                      .parts = {trace_layer_norm("norm2", norm, shape_of(x)), trace_mlp("mlp", mlp, cache)}};
    fmt::print("{}", shape_lines({input_of("tokens", "B N D", shape_of(x)), trace}));
    fmt::print("\n{} parameters, {} multiply-adds.\n", with_thousands(total_parameters(trace)),
               with_thousands(total_multiply_adds(trace)));
    fmt::print("\nForms of the GELU, and how far each is from the definition at worst:\n");
    fmt::print("  erf      0\n  tanh     {:.1e}\n  sigmoid  {:.1e}\n", largest_error(Gelu::tanh),
               largest_error(Gelu::sigmoid));
    if (!diagram.empty()) write_diagram(trace, diagram);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 4: each token thinks by itself.", run_chapter);
}
