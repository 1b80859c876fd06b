#include "common/report/diagram.h"

#include <fmt/core.h>

#include <filesystem>
#include <stdexcept>

#include "common/files/files.h"
#include "common/report/diagram_text.h"
#include "common/report/graphviz.h"

namespace vit {
namespace {

/// ".svg", ".png" or ".dot".
std::string extension_of(const std::string& file) {
    const std::string extension = std::filesystem::path(file).extension().string();
    if (extension != ".svg" && extension != ".png" && extension != ".dot") {
        throw std::invalid_argument(fmt::format("'{}' does not end in .svg, .png or .dot", file));
    }
    return extension;
}

}  // namespace

Option diagram_option(std::string& file) {
    const auto read = [&file](const std::string& text) {
        extension_of(text);
        file = text;
    };
    return {
        "diagram", "draw the layers that ran into this .svg, .png or .dot file", {}, [&file] { return file; }, read};
}

void write_diagram(const Trace& trace, const std::string& file) {
    const std::string extension = extension_of(file);
    const std::string picture = diagram_text(trace);
    write_file(file, extension == ".dot" ? picture : rendered_by_graphviz(picture, extension.substr(1)));
}

}  // namespace vit
