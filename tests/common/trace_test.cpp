#include "common/report/trace.h"

#include "tests/common/small_trace.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the totals of a trace count every layer once") {
    const Trace trace = small_trace();
    // A block: LayerNorm 24, four Linears of 156. The head: 7 x 12 + 7.
    CHECK(total_parameters(trace) == 3 * (24 + 4 * 156) + 91);
    CHECK(total_multiply_adds(trace) == 3 * (4 * 1440 + 2 * 600) + 840);
    CHECK(total_kept(trace) == 120 + 3 * (130 + 150));
    CHECK(total_parameters(trace.parts[1]) == 91);
}

TEST_CASE("the shape lines of an attention") {
    CHECK(shape_lines(small_attention()) ==
          "attn       Attention     (2, 5, 12)    B N D\n"
          "  q        Linear        (2, 5, 12)    B N D\n"
          "  k        Linear        (2, 5, 12)    B N D\n"
          "  v        Linear        (2, 5, 12)    B N D\n"
          "  scores   q kᵀ          (2, 3, 5, 5)  B A N N\n"
          "  softmax  Softmax       (2, 3, 5, 5)  B A N N\n"
          "  sum      Weighted sum  (2, 5, 12)    B N D\n"
          "  proj     Linear        (2, 5, 12)    B N D\n");
}

TEST_CASE("the shape lines show every layer, at its depth, and end without spaces") {
    const std::string text = shape_lines(small_trace());
    CHECK(std::count(text.begin(), text.end(), '\n') == 2 + 3 * (4 + 7) + 1);
    CHECK(text.find("\n    blocks.1     Block         (2, 5, 12)    B N D\n      norm ") != std::string::npos);
    CHECK(text.find("\n        softmax  Softmax       (2, 3, 5, 5)  B A N N\n") != std::string::npos);
    CHECK(shape_lines({.name = "x", .operation = "Copy", .input = {3}, .output = {3}, .axes = ""}) == "x  Copy  (3)\n");
}

TEST_CASE("a layer that does not say where its input comes from takes what the part before it gave") {
    const std::vector<Trace> parts = small_attention().parts;
    CHECK(inputs_of(parts, 0) == std::vector<std::string>{""});
    CHECK(inputs_of(parts, 1) == std::vector<std::string>{""});
    CHECK(inputs_of(parts, 3) == std::vector<std::string>{"q", "k"});
    CHECK(inputs_of(parts, 4) == std::vector<std::string>{"scores"});
}

TEST_CASE("a stack is layers that differ in their number alone, each on top of the one before it") {
    std::vector<Trace> blocks = small_trace().parts[0].parts;
    CHECK(stacked(blocks, 0) == 3);
    CHECK(stacked(blocks, 1) == 2);
    CHECK(stacked(blocks, 2) == 1);
    blocks[1].from = {"blocks.0"};  // what it takes anyway
    CHECK(stacked(blocks, 0) == 3);
    blocks[2].from = {""};  // beside the others, not on top of them
    CHECK(stacked(blocks, 0) == 2);
    blocks[1].parts[0].parameters += 1;
    CHECK(stacked(blocks, 0) == 1);
    CHECK(stacked(small_attention().parts, 0) == 1);  // q and k have no numbers
}

}  // namespace vit
