#include "common/report/diagram_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "common/report/diagram_look.h"

namespace vit {
namespace {

/// An identifier in Graphviz's language.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

std::string joined(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
}

/// Where an arrow comes from.
struct Source {
    std::string node;
    bool passes = false;  // whether it goes past layers that stand between
};
using Sources = std::vector<Source>;

/// A layer and where it stands.
struct Layer {
    const Trace& trace;
    std::string path;   // its name behind those of its parents
    std::string title;  // its name, or the names of all that are stacked: "blocks.0 to blocks.11, 12 times"
    std::size_t depth;  // in frames
};

bool is_sum(const Trace& layer) {
    return layer.operation == "Add" && layer.from.size() == 2;
}

/// Whether more than one part takes the layer's own input.
bool input_forks(const Trace& layer) {
    std::size_t takers = 0;
    for (std::size_t i = 0; i < layer.parts.size(); ++i) {
        takers += static_cast<std::size_t>(std::ranges::count(inputs_of(layer.parts, i), ""));
    }
    return takers > 1;
}

[[noreturn]] void throw_unknown(const Layer& parent, const Trace& part, const std::string& name) {
    throw std::invalid_argument(
        fmt::format("diagram_text: {} takes its input from \"{}\", but no part before it has that name",
                    joined(parent.path, part.name), name));
}

std::string title_of(const std::vector<Trace>& parts, std::size_t first, std::size_t count) {
    if (count == 1) return parts[first].name;
    return fmt::format("{} to {}, {} times", parts[first].name, parts[first + count - 1].name, count);
}

/// Collects the text of the picture while it walks over the layers.
class Drawing {
public:
    explicit Drawing(const Trace& whole);
    std::string text() const { return head_ + nodes_ + edges_ + "}\n"; }

private:
    /// Draws a layer with the arrows that lead into it. Returns the node that gives its output.
    std::string draw(const Layer& layer, const Sources& sources);
    std::string draw_box(const Layer& layer, const Sources& sources);
    std::string draw_frame(const Layer& layer, const Sources& sources);
    std::string draw_parts(const Layer& layer, const Sources& sources);
    /// A point in which one arrow becomes several.
    std::string draw_fork(const Layer& layer, const std::string& source);
    /// The shape that flows out of `node`, as a text in the middle of the arrow.
    std::string draw_shape(const Layer& layer, const std::string& node);

    void add_node(const std::string& id, const std::string& attributes, std::size_t depth);
    void add_edge(const std::string& from, const std::string& to, std::string_view attributes = "");

    std::string head_, nodes_, edges_;
    std::set<std::string> ids_;
};

Drawing::Drawing(const Trace& whole) {
    head_ = fmt::format("digraph {} {{{}  graph [label=<{}>]\n", quoted(whole.name), diagram_style,
                        caption(whole, whole.name));
    const auto end = [&](const std::string& name, const Shape& shape) {
        add_node(fmt::format("({})", name),
                 fmt::format("label=<{} {}>, {}", name, small_print(to_string(shape)), text_only), 0);
    };
    end("input", whole.input);
    const std::string last = whole.parts.empty() ? draw_box({whole, whole.name, whole.name, 0}, {{"(input)"}})
                                                 : draw_parts({whole, "", whole.name, 0}, {{"(input)"}});
    end("output", whole.output);
    add_edge(last, "(output)");
}

std::string Drawing::draw(const Layer& layer, const Sources& sources) {
    return layer.trace.parts.empty() ? draw_box(layer, sources) : draw_frame(layer, sources);
}

std::string Drawing::draw_box(const Layer& layer, const Sources& sources) {
    const auto [fill, border] = colours_of(layer.trace.kind);
    const std::string content = is_sum(layer.trace) ? "label=\"+\", shape=circle, width=0.3, margin=0, fontsize=16"
                                                    : fmt::format("label=<{}>", caption(layer.trace, layer.title));
    add_node(layer.path, fmt::format("{}, fillcolor=\"{}\", color=\"{}\"", content, fill, border), layer.depth);
    for (const auto& [node, passes] : sources) {
        add_edge(node, layer.path, !passes ? "" : is_sum(layer.trace) ? residual_arrow : past_arrow);
    }
    return layer.path;
}

std::string Drawing::draw_frame(const Layer& layer, const Sources& sources) {
    const std::string indent(2 * layer.depth + 2, ' ');
    nodes_ += fmt::format("{0}subgraph {1} {{\n{0}  graph [label=\"\", style=rounded, color=\"#b0b0b0\"]\n", indent,
                          quoted("cluster " + layer.path));
    const Layer inner{layer.trace, layer.path, layer.title, layer.depth + 1};
    add_node(layer.path, fmt::format("label=<{}>, {}, group=\"\"", caption(layer.trace, layer.title), text_only),
             inner.depth);
    const bool forks = sources.size() == 1 && input_forks(layer.trace);
    const std::string last = draw_parts(inner, forks ? Sources{{draw_fork(inner, sources[0].node)}} : sources);
    nodes_ += indent + "}\n";
    return last;
}

std::string Drawing::draw_fork(const Layer& layer, const std::string& source) {
    const std::string id = layer.path + ".(input)";
    add_node(id, "shape=point, width=0.06, height=0.06, color=\"#444444\"", layer.depth);
    add_edge(source, id, "arrowhead=none");
    return id;
}

std::string Drawing::draw_shape(const Layer& layer, const std::string& node) {
    const std::string id = layer.path + ".(output)";
    add_node(id, fmt::format("label=<{}>, {}", small_print(to_string(layer.trace.output)), text_only), layer.depth);
    add_edge(node, id, "arrowhead=none");
    return id;
}

std::string Drawing::draw_parts(const Layer& layer, const Sources& sources) {
    const std::vector<Trace>& parts = layer.trace.parts;
    std::map<std::string, Sources> given = {{"", sources}};  // who gives what, by name
    for (std::size_t i = 0; i < parts.size();) {
        Sources taken;
        for (const std::string& name : inputs_of(parts, i)) {
            if (!given.contains(name)) throw_unknown(layer, parts[i], name);
            const bool passes = i > 0 && name != parts[i - 1].name;
            for (const auto& source : given[name]) taken.push_back({source.node, passes});
        }
        const std::size_t count = stacked(parts, i), end = i + count;
        const Layer part{parts[i], joined(layer.path, parts[i].name), title_of(parts, i, count), layer.depth};
        const std::string last = draw(part, taken);
        if (end == parts.size()) return last;
        const std::string shape = draw_shape(part, last);
        for (; i < end; ++i) given[parts[i].name] = {{shape}};
    }
    return "";
}

void Drawing::add_node(const std::string& id, const std::string& attributes, std::size_t depth) {
    if (!ids_.insert(id).second) {
        throw std::invalid_argument(
            fmt::format("diagram_text: two layers are called {}; parts of a layer need different names", id));
    }
    nodes_ += fmt::format("{}{} [{}]\n", std::string(2 * depth + 2, ' '), quoted(id), attributes);
}

void Drawing::add_edge(const std::string& from, const std::string& to, std::string_view attributes) {
    edges_ += fmt::format("  {} -> {} [{}]\n", quoted(from), quoted(to), attributes);
}

}  // namespace

std::string diagram_text(const Trace& trace) {
    return Drawing(trace).text();
}

}  // namespace vit
