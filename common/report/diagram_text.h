// A forward pass as a text in Graphviz's language.
#pragma once

#include <string>

#include "common/report/trace.h"

namespace vit {

/// The picture as a text in Graphviz's language. Throws std::invalid_argument if a layer's `from` names no part before
/// it, or if two parts of a layer have the same name.
std::string diagram_text(const Trace& trace);

}  // namespace vit
