// Graphviz as a function.
#pragma once

#include <string>

namespace vit {

/// Lays out a picture, a text in Graphviz's language, and draws it: the bytes of a file in the format "svg" or "png",
/// always the same for the same text. Throws std::runtime_error with what Graphviz complains about.
std::string rendered_by_graphviz(const std::string& picture, const std::string& format);

}  // namespace vit
