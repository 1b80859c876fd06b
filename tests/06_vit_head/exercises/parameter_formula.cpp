#include "06_vit_head/parameter_formula.h"

#include <doctest/doctest.h>

#include "06_vit_head/vit.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Formula = std::function<std::size_t(const VitConfig&)>;

std::size_t counted(const VitConfig& config) {
    Vit model = make_vit(config);
    return parameter_count(named_parameters(model));
}

/// The count, with a part of it too many or too few.
Formula off_by(const std::function<std::ptrdiff_t(const VitConfig&)>& part) {
    return [part](const VitConfig& c) {
        return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(counted(c)) + part(c));
    };
}

std::ptrdiff_t size(std::size_t number) {
    return static_cast<std::ptrdiff_t>(number);
}

std::size_t all_heads(const VitConfig& c) {
    return c.head_width > 0 ? c.heads * c.head_width : c.width;
}

Trial<Formula> try_on(const std::string& inputs, const VitConfig& config) {
    return {.inputs = inputs, .run = [config](const Formula& f) -> Outputs {
                return {output("parameters", static_cast<double>(f(config)))};
            }};
}

Exercise<Formula> exercise() {
    VitConfig base = vit_preset("vit_tiny_patch16");
    base.classes = 3;
    VitConfig odd{.image_height = 15,
                  .image_width = 10,
                  .channels = 2,
                  .patch_size = 5,
                  .width = 6,
                  .depth = 3,
                  .heads = 2,
                  .hidden = 7,
                  .classes = 4};
    VitConfig wide = odd, mean = odd, no_bias = odd, normed = odd, one_head = odd;
    wide.head_width = 5;
    mean.pooling = Pooling::mean;
    no_bias.qkv_bias = false;
    normed.patch_norm = true;
    one_head.heads = 1;
    one_head.attention_projection = false;
    return {
        .name = "6.3 parameters_by_formula",
        .reference = counted,
        .trials = {try_on("the smallest published model with 3 classes: 5,524,995", base),
                   try_on("a model of odd sizes: C=2 P=5 D=6 A=2 F=7 L=3 Y=4, images of 15 x 10", odd),
                   try_on("the same with K=5, so that A K is not D", wide),
                   try_on("the same without a class token", mean), try_on("the same without a bias in qkv", no_bias),
                   try_on("the same with norms around the patch projection", normed),
                   try_on("the same with one head and no projection", one_head)},
        .wrong_answers = {
            {"count_no_class_token_position",
             "the count with N positions: the class token has a position, too, so there are T = N + 1.", "",
             off_by([](const VitConfig& c) { return c.has_class_token() ? -size(c.width) : 0; })},
            {"count_channels_forgotten", "the count with P² numbers in a patch. There are C P².", "",
             off_by([](const VitConfig& c) {
                 const std::size_t squares = c.patch_size * c.patch_size, extra = (c.channels - 1) * squares;
                 return -size(c.width * extra) - (c.patch_norm ? size(2 * extra) : 0);
             })},
            {"count_no_biases", "the count without the biases of projection, MLP and head.", "",
             off_by([](const VitConfig& c) {
                 return -size(c.depth * ((c.attention_projection ? c.width : 0) + c.hidden + c.width) + c.classes +
                              c.width);
             })},
            {"count_one_norm_in_a_block", "the count with one LayerNorm in a block. There are two.", "",
             off_by([](const VitConfig& c) { return -size(c.depth * 2 * c.width); })},
            {"count_norm_without_bias", "the count of LayerNorms with D numbers each. Weight and bias: 2 D.", "",
             off_by([](const VitConfig& c) {
                 const std::size_t norms = 2 * c.depth + 1;
                 const std::size_t patch = c.channels * c.patch_size * c.patch_size;
                 return -size(norms * c.width) - (c.patch_norm ? size(patch + c.width) : 0);
             })},
            {"count_no_last_norm", "the count without the LayerNorm after the last block.", "",
             off_by([](const VitConfig& c) { return -size(2 * c.width); })},
            {"count_one_of_qkv", "the count with q alone: q, k and v are three matrices.", "",
             off_by([](const VitConfig& c) {
                 return -size(c.depth * 2 * all_heads(c) * (c.width + (c.qkv_bias ? 1 : 0)));
             })},
            {"count_qkv_for_each_head",
             "the count with a D x D matrix for each of q, k and v of every head. A head is K wide; all heads together "
             "make A K.",
             "", off_by([](const VitConfig& c) {
                 return size(c.depth * 3 * (c.heads * c.width - all_heads(c)) * (c.width + (c.qkv_bias ? 1 : 0)));
             })},
            {"count_qkv_bias_always",
             "the count with a bias in qkv in any case: config.qkv_bias says whether there is one.", "",
             off_by([](const VitConfig& c) { return c.qkv_bias ? 0 : size(c.depth * 3 * all_heads(c)); })},
            {"count_one_block", "the count of a model with one block: there are L.", "", off_by([](const VitConfig& c) {
                 VitConfig none = c;
                 none.depth = 0;
                 return size(counted(none)) - size(counted(c)) +
                        (size(counted(c)) - size(counted(none))) / size(c.depth);
             })},
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
