// A forward pass as a picture, drawn by Graphviz: each layer a box, each layer with parts a frame around them, and on
// each line the shape that flows along it. An Add that takes two inputs is a circle; the input that goes past the
// layers it is added to, the residual connection, is a line in a colour of its own. Layers that are stacked on
// themselves, such as the blocks, are drawn once.
//
// Colours: blue multiplies by learned weights, orange multiplies activations (attention), green normalises, violet is
// the nonlinearity, grey only moves or adds numbers.
#pragma once

#include <string>

#include "common/program/options.h"
#include "common/report/trace.h"

namespace vit {

/// --diagram FILE, a picture of what a program ran. Reading it throws std::invalid_argument unless the file's name ends
/// in .svg, .png or .dot.
Option diagram_option(std::string& file);

/// Draws the picture into a file: .svg, .png, or .dot for its text. Throws std::invalid_argument for any other name,
/// and std::runtime_error if it cannot be drawn or written; the file is then as it was before.
void write_diagram(const Trace& trace, const std::string& file);

}  // namespace vit
