// How diagrams look: colours, fonts, and what stands in a box. Texts are in Graphviz's language.
#pragma once

#include <string>
#include <string_view>

#include "common/report/trace.h"

namespace vit {

/// What holds for the whole picture.
constexpr std::string_view diagram_style = R"(
  graph [fontname="Helvetica", fontsize=12, bgcolor=white, ranksep=0.12, nodesep=0.3, pad=0.15, labelloc=t]
  node  [fontname="Helvetica", fontsize=12, shape=box, group=main, style="rounded,filled", penwidth=1.2,
         height=0.3, margin="0.14,0.05"]
  edge  [color="#444444", arrowsize=0.6, weight=10]
)";

constexpr std::string_view text_only = "shape=plain, style=\"\"";
constexpr std::string_view past_arrow = "weight=1";  // goes past other layers
constexpr std::string_view residual_arrow = "weight=1, color=\"#c0392b\", penwidth=1.8";

/// The boxes of one kind of layer.
struct Colours {
    const char* fill;
    const char* border;
};
Colours colours_of(LayerKind kind);

/// A text in small grey letters, for a label.
std::string small_print(const std::string& text);

/// The label of a layer: its operation, its name, and how many parameters there are in all.
std::string caption(const Trace& layer, const std::string& name);

}  // namespace vit
