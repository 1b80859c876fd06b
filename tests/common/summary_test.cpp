#include "common/report/summary.h"
#include "common/report/text.h"

#include "tests/common/small_trace.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the summary of a small model") {
    // Memory is that of numbers of 4 bytes.
    CHECK(summary_table(small_trace()) ==
          "layer            operation          input         output        parameters  multiply-adds     kept\n"
          "──────────────────────────────────────────────────────────────────────────────────────────────────\n"
          "model            Model              (2, 5, 12)    (2, 5, 7)          2,035         21,720  3.84 kB\n"
          "  encoder        Encoder            (2, 5, 12)    (2, 5, 12)         1,944         20,880  3.84 kB\n"
          "    (itself)                                                                                 480 B\n"
          "    blocks.0     Block              (2, 5, 12)    (2, 5, 12)           648          6,960  1.12 kB\n"
          "      norm       LayerNorm          (2, 5, 12)    (2, 5, 12)            24                   520 B\n"
          "      attn       Attention          (2, 5, 12)    (2, 5, 12)           624          6,960    600 B\n"
          "        q        Linear             (2, 5, 12)    (2, 5, 12)           156          1,440\n"
          "        k        Linear             (2, 5, 12)    (2, 5, 12)           156          1,440\n"
          "        v        Linear             (2, 5, 12)    (2, 5, 12)           156          1,440\n"
          "        scores   q kᵀ               (2, 5, 12)    (2, 3, 5, 5)                        600\n"
          "        softmax  Softmax            (2, 3, 5, 5)  (2, 3, 5, 5)                               600 B\n"
          "        sum      Weighted sum       (2, 3, 5, 5)  (2, 5, 12)                          600\n"
          "        proj     Linear             (2, 5, 12)    (2, 5, 12)           156          1,440\n"
          "      add        Add                (2, 5, 12)    (2, 5, 12)\n"
          "    blocks.1 to blocks.2: the same                                   1,296         13,920  2.24 kB\n"
          "  head           Linear             (2, 5, 12)    (2, 5, 7)             91            840\n"
          "──────────────────────────────────────────────────────────────────────────────────────────────────\n"
          "parameters                       2,035     8.14 kB\n"
          "multiply-adds                   21,720     21.72 k\n"
          "kept for backward                  960     3.84 kB\n"
          "input                              120       480 B\n");
}

TEST_CASE("in the summary two equal layers are the first and one that is the same") {
    Trace trace = small_trace();
    trace.parts[0].parts.pop_back();
    const std::string text = summary_table(trace);
    CHECK(text.find("\n    blocks.1: the same ") != std::string::npos);
    CHECK(text.find(" to ") == std::string::npos);
}

TEST_CASE("a layer without numbers has no zeros in the summary, but its totals have") {
    const Trace trace{.name = "x", .operation = "Copy", .input = {3, 2}, .output = {3, 2}, .axes = "B D"};
    CHECK(summary_table(trace) ==
          "layer  operation  input   output  parameters  multiply-adds  kept\n"
          "─────────────────────────────────────────────────────────────────\n"
          "x      Copy       (3, 2)  (3, 2)\n"
          "─────────────────────────────────────────────────────────────────\n"
          "parameters                           0         0 B\n"
          "multiply-adds                        0           0\n"
          "kept for backward                    0         0 B\n"
          "input                                6        24 B\n");
}

TEST_CASE("a column of the summary is as wide as its characters, however many bytes they have") {
    const Trace trace{.name = "x", .operation = "softmax(q kᵀ / √K)", .input = {3, 2}, .output = {3, 2}, .axes = "B D"};
    const std::string text = summary_table(trace);
    CHECK(text.starts_with("layer  operation           input   output  parameters  multiply-adds  kept\n"));
    CHECK(text.find("\nx      softmax(q kᵀ / √K)  (3, 2)  (3, 2)\n") != std::string::npos);
}

TEST_CASE("numbers are grouped by thousands") {
    CHECK(with_thousands(0) == "0");
    CHECK(with_thousands(999) == "999");
    CHECK(with_thousands(1000) == "1,000");
    CHECK(with_thousands(123456) == "123,456");
    CHECK(with_thousands(85800963) == "85,800,963");
}

TEST_CASE("numbers are shortened with a prefix") {
    CHECK(with_prefix(0) == "0");
    CHECK(with_prefix(999) == "999");
    CHECK(with_prefix(999, "B") == "999 B");
    CHECK(with_prefix(1000) == "1.00 k");
    CHECK(with_prefix(1000000) == "1.00 M");
    CHECK(with_prefix(343203852, "B") == "343.20 MB");
    CHECK(with_prefix(17563828224) == "17.56 G");
    CHECK(with_prefix(4321000000000000) == "4321.00 T");
}

TEST_CASE("the width of a text is counted in characters, not in bytes") {
    CHECK(character_count("") == 0);
    CHECK(character_count("q k") == 3);
    CHECK(character_count("q kᵀ / √K") == 9);
}

}  // namespace vit
