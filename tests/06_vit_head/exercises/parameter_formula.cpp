#include "06_vit_head/parameter_formula.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Count = std::function<std::size_t(const VitConfig&)>;

/// The tensors of a model by their shapes: their numbers, summed up in groups that may be forgotten.
struct Groups {
    std::size_t patch_weight = 0, patch_bias = 0, patch_norms = 0, class_token = 0, positions = 0;
    std::size_t norms = 0, qkv_weight = 0, qkv_bias = 0, projection_weight = 0, projection_bias = 0;  // of one block
    std::size_t mlp_weights = 0, mlp_biases = 0;                                                      // of one block
    std::size_t last_norm = 0, head_weight = 0, head_bias = 0;
    std::size_t depth = 0;
};

Groups groups(const VitConfig& c) {
    std::size_t columns = 0, rows = 0;
    while ((columns + 1) * c.patch_size <= c.image_width) ++columns;
    while ((rows + 1) * c.patch_size <= c.image_height) ++rows;
    const std::size_t patch = c.channels * c.patch_size * c.patch_size, first = c.pooling == Pooling::mean ? 0 : 1;
    const std::size_t heads = c.head_width == 0 ? c.width : c.heads * c.head_width;  // A K
    return {.patch_weight = patch * c.width,
            .patch_bias = c.width,
            .patch_norms = c.patch_norm ? 2 * patch + 2 * c.width : 0,
            .class_token = first * c.width,
            .positions = (first + rows * columns) * c.width,
            .norms = 4 * c.width,
            .qkv_weight = c.width * 3 * heads,
            .qkv_bias = c.qkv_bias ? 3 * heads : 0,
            .projection_weight = c.attention_projection ? heads * c.width : 0,
            .projection_bias = c.attention_projection ? c.width : 0,
            .mlp_weights = 2 * c.width * c.hidden,
            .mlp_biases = c.hidden + c.width,
            .last_norm = 2 * c.width,
            .head_weight = c.width * c.classes,
            .head_bias = c.classes,
            .depth = c.depth};
}

std::size_t total(const Groups& g) {
    std::size_t sum = g.patch_weight + g.patch_bias + g.patch_norms + g.class_token + g.positions;
    for (std::size_t block = 0; block < g.depth; ++block)
        sum += g.norms + g.qkv_weight + g.qkv_bias + g.projection_weight + g.projection_bias + g.mlp_weights +
               g.mlp_biases;
    return sum + g.last_norm + g.head_weight + g.head_bias;
}

std::size_t right(const VitConfig& config) {
    check(config);
    return total(groups(config));
}

/// Does it throw for images of 30 x 224 in patches of 16?
bool refuses(const Count& count) {
    try {
        count({.image_height = 30});
    } catch (const std::invalid_argument&) {
        return true;
    }
    return false;
}

/// The count with a change in the groups.
Count with(const std::function<void(Groups&, const VitConfig&)>& slip) {
    return [slip](const VitConfig& config) {
        check(config);
        Groups g = groups(config);
        slip(g, config);
        return total(g);
    };
}

/// The count of a model of another config.
Count of(const std::function<void(VitConfig&)>& change) {
    return [change](VitConfig config) {
        check(config);
        change(config);
        return total(groups(config));
    };
}

std::size_t head_width(const VitConfig& c) {
    return c.head_width > 0 ? c.head_width : c.width / c.heads;
}

/// C = 5, H = 4, W = 6, P = 2 (N = 6), D = 12, L = 2, A = 4 (K = 3), F = 9, Y = 7.
const VitConfig small{.image_height = 4,
                      .image_width = 6,
                      .channels = 5,
                      .patch_size = 2,
                      .width = 12,
                      .depth = 2,
                      .heads = 4,
                      .hidden = 9,
                      .classes = 7};

VitConfig changed(VitConfig config, const std::function<void(VitConfig&)>& change) {
    change(config);
    return config;
}

/// A list of numbers, one for each model.
Output list(const std::string& name, const std::vector<VitConfig>& models, const Count& count) {
    std::vector<std::size_t> numbers;
    for (const VitConfig& model : models) numbers.push_back(count(model));
    return output(name, 'M', numbers);
}

Trial<Count> try_on(const std::string& inputs, const std::vector<VitConfig>& models) {
    const auto given = [&](const std::string& name, const std::function<std::size_t(const Groups&)>& part) {
        return list(name, models, [part](const VitConfig& config) { return part(groups(config)); });
    };
    return {
        .inputs = inputs,
        .run = [models](const Count& f) -> Outputs {
            return {list("the count of model M", models, f), output("refuses a height of 30", refuses(f) ? 1.0 : 0.0)};
        },
        .givens = {given("the weight of the patch embedding", [](const Groups& g) { return g.patch_weight; }),
                   given("the norms around the patch embedding", [](const Groups& g) { return g.patch_norms; }),
                   given("D numbers, once", [](const Groups& g) { return g.last_norm / 2; }),
                   given("D numbers in each block", [](const Groups& g) { return g.depth * g.last_norm / 2; }),
                   given("the table of positions", [](const Groups& g) { return g.positions; }),
                   given("the qkv weights of all blocks", [](const Groups& g) { return g.depth * g.qkv_weight; }),
                   given("the qkv biases of all blocks", [](const Groups& g) { return g.depth * g.qkv_bias; }),
                   given("the projection weights of all blocks",
                         [](const Groups& g) { return g.depth * g.projection_weight; }),
                   given("the projections of all blocks",
                         [](const Groups& g) { return g.depth * (g.projection_weight + g.projection_bias); }),
                   given("the MLPs of all blocks",
                         [](const Groups& g) { return g.depth * (g.mlp_weights + g.mlp_biases); }),
                   given("the MLP biases of all blocks", [](const Groups& g) { return g.depth * g.mlp_biases; }),
                   given("the head", [](const Groups& g) { return g.head_weight + g.head_bias; }),
                   given("the bias of the head", [](const Groups& g) { return g.head_bias; })},
        .tolerance = 0};
}

Exercise<Count> exercise() {
    std::vector<VitConfig> published;
    for (const std::string& name : vit_preset_names()) published.push_back(vit_preset(name));
    const VitConfig b16 = changed(vit_preset("vit_base_patch16"), [](VitConfig& c) { c.classes = 3; });
    // Two models in each trial: one count alone is always the right one times something.
    const auto small_with = [](const std::string& what, const std::function<void(VitConfig&)>& change) {
        const VitConfig two = changed(small, change);
        return try_on(what, {two, changed(two, [](VitConfig& c) { c.width = 16, c.depth = 3; })});
    };
    return {
        .name = "6.3 parameters_by_formula",
        .reference = right,
        .trials = {try_on("the example of page 6, ViT-B/16 with 3 classes: M=0 with its 12 blocks, M=1 without a block",
                          {b16, changed(b16, [](VitConfig& c) { c.depth = 0; })}),
                   try_on("the six published sizes in the order of page 6, M=0 ViT-Ti/16 to M=5 ViT-H/14", published),
                   small_with("small models of images of 4 x 6, C=5 P=2 A=4 F=9 Y=7: M=0 with D=12 L=2, M=1 with D=16 "
                              "L=3",
                              [](VitConfig&) {}),
                   small_with("the small models without a class token",
                              [](VitConfig& c) { c.pooling = Pooling::mean; }),
                   small_with("the small models with mean_with_class_token",
                              [](VitConfig& c) { c.pooling = Pooling::mean_with_class_token; }),
                   small_with("the small models without a bias in qkv", [](VitConfig& c) { c.qkv_bias = false; }),
                   small_with("the small models with heads of width K=8", [](VitConfig& c) { c.head_width = 8; }),
                   small_with("the small models with norms around the patch projection",
                              [](VitConfig& c) { c.patch_norm = true; }),
                   small_with("the small models with one head and no projection",
                              [](VitConfig& c) { c.heads = 1, c.attention_projection = false; })},
        .wrong_answers = {
            {"count_no_biases",
             "the weights without the biases. A Linear from I to O has O I weights and O more numbers, its bias.", "",
             with([](Groups& g, const VitConfig&) {
                 g.patch_bias = g.qkv_bias = g.projection_bias = g.mlp_biases = g.head_bias = 0;
             })},
            {"count_no_class_token_position",
             "a count in which the class token has D numbers. It has 2 D: its own, and its row in the table of "
             "positions, "
             "which has T rows.",
             "", with([](Groups& g, const VitConfig&) { g.class_token = 0; })},
            {"count_patches_only",
             "a count without the class token: its own D numbers and its row in the table of positions are missing.",
             "", of([](VitConfig& c) { c.pooling = Pooling::mean; })},
            {"count_single_position",
             "a count with one row of positions for all tokens. Each of the T tokens has a position of its own, of D "
             "numbers.",
             "", with([](Groups& g, const VitConfig& c) { g.positions = c.width; })},
            {"count_always_class_token",
             "a count with a class token in every model. With Pooling::mean there is none, and no position for it.", "",
             of([](VitConfig& c) { c.pooling = Pooling::class_token; })},
            {"count_channels_forgotten",
             "a count with patches of P P numbers. A pixel has C numbers, so a patch has C P P.", "",
             of([](VitConfig& c) { c.channels = 1; })},
            {"count_one_norm_in_a_block", "a count with one LayerNorm in each block. There are two, each 2 D.", "",
             with([](Groups& g, const VitConfig& c) { g.norms = 2 * c.width; })},
            {"count_norm_without_bias", "a count in which a LayerNorm has D numbers. It has a weight and a bias: 2 D.",
             "", with([](Groups& g, const VitConfig&) { g.norms /= 2, g.last_norm /= 2, g.patch_norms /= 2; })},
            {"count_no_last_norm", "a count without the last norm, the one behind all blocks: 2 D.", "",
             with([](Groups& g, const VitConfig&) { g.last_norm = 0; })},
            {"count_one_of_qkv",
             "a count with one matrix for queries, keys and values. They are three: the qkv Linear has 3 A K outputs.",
             "", with([](Groups& g, const VitConfig&) { g.qkv_weight /= 3, g.qkv_bias /= 3; })},
            {"count_qkv_for_each_head",
             "a count in which each head has queries, keys and values of the full width D. A head is K wide: all A "
             "heads together have 3 A K outputs.",
             "", with([](Groups& g, const VitConfig& c) {
                 g.qkv_weight = 3 * c.heads * c.width * c.width;
                 g.qkv_bias = c.qkv_bias ? 3 * c.heads * c.width : 0;
             })},
            {"count_one_head", "a count with the qkv of a single head, 3 K outputs. There are A heads: 3 A K outputs.",
             "", with([](Groups& g, const VitConfig& c) {
                 g.qkv_weight = 3 * head_width(c) * c.width;
                 g.qkv_bias = c.qkv_bias ? 3 * head_width(c) : 0;
             })},
            {"count_head_width_ignored",
             "a count with K = D / A in every model. Where head_width is not 0, it is K, and A K need not be D.", "",
             of([](VitConfig& c) { c.head_width = 0; })},
            {"count_qkv_bias_always", "a count with a bias in every qkv Linear. With qkv_bias = false it has none.", "",
             of([](VitConfig& c) { c.qkv_bias = true; })},
            {"count_no_projection",
             "a count without the output projections, which lead from A K back to D in each block.", "",
             of([](VitConfig& c) { c.attention_projection = false; })},
            {"count_always_projection",
             "a count with an output projection in every model. With attention_projection = false there is none.", "",
             of([](VitConfig& c) { c.attention_projection = true; })},
            {"count_half_an_mlp",
             "a count with one Linear in the MLP. There are two: from D to F, and from F back to D.", "",
             with([](Groups& g, const VitConfig& c) { g.mlp_weights /= 2, g.mlp_biases = c.hidden; })},
            {"count_one_block", "a count of one block for all. Every block has parameters of its own: L times as many.",
             "", of([](VitConfig& c) { c.depth = c.depth > 0 ? 1 : 0; })},
            {"count_no_patch_norm",
             "a count without the norms of patch_norm: one over the C P P numbers of a patch, one over the D of an "
             "embedding.",
             "", of([](VitConfig& c) { c.patch_norm = false; })},
            {"count_unchecked",
             "a count of a model that cannot be made: an image of height 30 has no whole number of patches of 16. "
             "check(config) throws.",
             "", [](const VitConfig& config) { return total(groups(config)); }},
            {"count_thousand_classes", "a count with a head of 1000 classes. The head has Y outputs, config.classes.",
             "", of([](VitConfig& c) { c.classes = 1000; })},
        }};
}

}  // namespace

TEST_CASE("6.3 parameters_by_formula") {
    check(exercise(), parameters_by_formula);
}

TEST_CASE("6.3 parameters_by_formula: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
