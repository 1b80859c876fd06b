#include "common/report/diagram_look.h"

#include <fmt/format.h>

#include "common/report/text.h"

namespace vit {
namespace {

/// A text with the characters escaped that mean something in Graphviz's HTML-like labels.
std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else
            result += c;
    }
    return result;
}

}  // namespace

Colours colours_of(LayerKind kind) {
    switch (kind) {
        case LayerKind::learned:
            return {"#dbe8f6", "#5b86b5"};  // blue
        case LayerKind::attention:
            return {"#fbe6d0", "#c98a45"};  // orange
        case LayerKind::normalisation:
            return {"#dff0dc", "#6ba163"};  // green
        case LayerKind::nonlinearity:
            return {"#f3e2f1", "#a56f9f"};  // violet
        case LayerKind::plain:
            break;
    }
    return {"#f2f2f2", "#8c8c8c"};  // grey
}

std::string small_print(const std::string& text) {
    return fmt::format("<font point-size=\"10\" color=\"#555555\">{}</font>", escaped(text));
}

std::string caption(const Trace& layer, const std::string& name) {
    const std::size_t count = total_parameters(layer);
    const std::string first = fmt::format("<b>{}</b>  {}", escaped(layer.operation), small_print(name));
    return count == 0 ? first : first + "<br/>" + small_print(with_thousands(count) + " parameters");
}

}  // namespace vit
