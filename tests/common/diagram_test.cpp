#include "common/report/diagram.h"

#include <filesystem>

#include "common/files/files.h"
#include "common/report/diagram_text.h"
#include "common/report/graphviz.h"
#include "tests/common/small_trace.h"
#include "tests/testing.h"

namespace vit {
namespace {

std::size_t times(const std::string& text, const std::string& piece) {
    std::size_t count = 0;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("the picture has each layer once, with its operation, name and parameters") {
    const std::string text = diagram_text(small_trace());
    CHECK(times(text, "<b>Model</b>") == 1);
    CHECK(times(text, "2,035 parameters") == 1);
    CHECK(times(text, "<b>Encoder</b>") == 1);
    CHECK(times(text, "<b>Attention</b>") == 1);
    CHECK(times(text, "<b>Softmax</b>") == 1);
    CHECK(times(text, "<b>Linear</b>") == 5);  // q, k, v, proj and the head
    CHECK(times(text, "156 parameters") == 4);
    CHECK(times(text, "91 parameters") == 1);
    CHECK(times(text, "<b>Add</b>") == 0);  // it is a circle
    CHECK(times(text, "label=\"+\", shape=circle") == 1);
}

TEST_CASE("layers with parts are frames, and a stack of equal layers is one of them") {
    const std::string text = diagram_text(small_trace());
    CHECK(times(text, "subgraph ") == 3);
    CHECK(times(text, "subgraph \"cluster encoder.blocks.0.attn\"") == 1);
    CHECK(times(text, "blocks.0 to blocks.2, 3 times") == 1);
    CHECK(times(text, "\"encoder.blocks.1") == 0);
    CHECK(times(text, "\"encoder.blocks.2") == 0);
}

TEST_CASE("arrows go where the inputs come from, through the shape that flows") {
    const std::string text = diagram_text(small_trace()), block = "encoder.blocks.0.", attention = block + "attn.";
    const auto arrows = [&](const std::string& from, const std::string& to) {
        return times(text, "\"" + from + "\" -> \"" + to + "\" [");
    };
    for (const char* name : {"q", "k", "v"}) CHECK(arrows(attention + "(input)", attention + name) == 1);
    CHECK(arrows(attention + "q.(output)", attention + "scores") == 1);
    CHECK(arrows(attention + "k.(output)", attention + "scores") == 1);
    CHECK(arrows(attention + "v.(output)", attention + "scores") == 0);
    CHECK(arrows(attention + "softmax.(output)", attention + "sum") == 1);
    CHECK(arrows(attention + "v.(output)", attention + "sum") == 1);
    // What a frame gives is what its last part gives.
    CHECK(arrows(attention + "proj", block + "attn.(output)") == 1);
    CHECK(arrows(block + "attn.(output)", block + "add") == 1);
    CHECK(arrows("(input)", block + "(input)") == 1);
    CHECK(arrows(block + "add", "encoder.(output)") == 1);
    CHECK(arrows("encoder.(output)", "head") == 1);
    CHECK(arrows("head", "(output)") == 1);
    CHECK(times(text, " -> ") == 25);
    CHECK(times(text, ">(2, 3, 5, 5)</font>") == 2);  // after the scores and after the softmax
}

TEST_CASE("a residual connection has a colour of its own") {
    const std::string text = diagram_text(small_trace());
    const std::string arrow = "\"encoder.blocks.0.(input)\" -> \"encoder.blocks.0.add\" [weight=1, color=\"#c0392b\"";
    CHECK(times(text, arrow) == 1);
    CHECK(times(text, "#c0392b") == 1);
}

TEST_CASE("names may hold any character") {
    const Trace odd{.name = "a \"b\" \\", .operation = "x < y & z >", .input = {2}, .output = {3}, .axes = "D"};
    const std::string text = diagram_text(odd);
    CHECK(times(text, "\n  \"a \\\"b\\\" \\\\\" [") == 1);
    CHECK(times(text, "<b>x &lt; y &amp; z &gt;</b>") == 2);  // the title and the box
    const TemporaryFolder folder;
    CHECK(error_of<std::invalid_argument>([&] { write_diagram(odd, folder.file("odd.svg")); }) == "no error");
}

TEST_CASE("each kind of layer has its colour") {
    const std::string text = diagram_text(small_trace());
    CHECK(times(text, "fillcolor=\"#dbe8f6\"") == 5);  // learned: q, k, v, proj and the head
    CHECK(times(text, "fillcolor=\"#fbe6d0\"") == 3);  // attention: scores, softmax and the sum
    CHECK(times(text, "fillcolor=\"#dff0dc\"") == 1);  // the norm
    CHECK(times(text, "fillcolor=\"#f3e2f1\"") == 0);
    CHECK(times(text, "fillcolor=\"#f2f2f2\"") == 1);  // plain: the residual connection's Add
    const Trace gelu{
        .name = "act", .operation = "GELU", .input = {3}, .output = {3}, .axes = "D", .kind = LayerKind::nonlinearity};
    CHECK(times(diagram_text(gelu), "fillcolor=\"#f3e2f1\"") == 1);
}

TEST_CASE("a picture is the same at each run: frames are drawn in the order of the layers") {
    const Trace box{.name = "box", .operation = "Copy", .input = {3}, .output = {3}, .axes = "D"};
    Trace whole{.name = "whole", .operation = "Copies", .input = {3}, .output = {3}, .axes = "D"};
    for (const char* name : {"e", "b", "d", "a", "f", "c"}) {
        Trace frame = box;
        frame.name = name;
        frame.parts = {box};
        whole.parts.push_back(frame);
    }
    const std::string svg = rendered_by_graphviz(diagram_text(whole), "svg");
    std::string order;
    for (auto at = svg.find("<title>cluster "); at != std::string::npos; at = svg.find("<title>cluster ", at + 1)) {
        order += svg[at + 15];
    }
    CHECK(order == "ebdafc");
    CHECK(rendered_by_graphviz(diagram_text(whole), "svg") == svg);
}

TEST_CASE("what Graphviz complains about is handed on") {
    CHECK_THROWS_WITH_AS(rendered_by_graphviz("digraph { a -> }", "svg"), "Graphviz: syntax error in line 1 near '}'",
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(rendered_by_graphviz("digraph { a }", "xyz"), "Graphviz: renderer for xyz is unavailable",
                         std::runtime_error);
}

TEST_CASE("the picture is written in the format of the file's name") {
    const TemporaryFolder folder;
    write_diagram(small_trace(), folder.file("model.dot"));
    CHECK(read_file(folder.file("model.dot")) == diagram_text(small_trace()));

    write_diagram(small_trace(), folder.file("model.svg"));
    const std::string svg = read_file(folder.file("model.svg"));
    CHECK(svg.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\""));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(times(svg, ">Softmax</text>") == 1);

    write_diagram(small_trace(), folder.file("model.png"));
    const std::string png = read_file(folder.file("model.png"));
    CHECK(png.starts_with("\x89PNG\r\n\x1a\n"));
    CHECK(png.find("IEND") == png.size() - 8);
}

TEST_CASE("a file that cannot be drawn is named") {
    const TemporaryFolder folder;
    for (const std::string name : {"x.jpg", "svg"}) {
        CHECK(error_of<std::invalid_argument>([&] { write_diagram(small_trace(), name); }) ==
              "'" + name + "' does not end in .svg, .png or .dot");
    }
    const auto error = [](const std::string& file) {
        return error_of<std::runtime_error>([&] { write_diagram(small_trace(), file); });
    };
    for (const std::string extension : {".svg", ".png", ".dot"}) {
        const std::string file = folder.file("disk" + extension);
        std::filesystem::create_symlink("/dev/full", file);
        CHECK(error(file) == "write_file: cannot write " + file + ": No space left on device");
    }
    write_file(folder.file("plain"), "a file is no folder");
    CHECK(error(folder.file("plain/x.svg")) ==
          "write_file: cannot make the folder " + folder.file("plain") + ": Not a directory");
}

TEST_CASE("a trace whose parts do not fit together is refused") {
    Trace lost = small_block("block");
    lost.parts[2].from = {"", "atn"};
    CHECK(error_of<std::invalid_argument>([&] { diagram_text(lost); }) ==
          "diagram_text: add takes its input from \"atn\", but no part before it has that name");
    Trace twice = small_block("block");
    twice.parts[1].parts[1].name = "q";
    CHECK(error_of<std::invalid_argument>([&] { diagram_text(twice); }) ==
          "diagram_text: two layers are called attn.q; parts of a layer need different names");
}

}  // namespace vit
