// The record of a forward pass that ran: which layers, which shapes, how many parameters and multiply-adds.
//
// Each chapter reads such a record off its layers' caches after the pass, so layers know nothing of printing. What a
// reader sees of it are three views that cannot disagree: the shape lines (here), the summary table (summary.h) and
// the diagram (diagram.h).
#pragma once

#include <string>
#include <vector>

#include "common/tensor/shape.h"

namespace vit {

/// What a layer does with its numbers. Diagrams give each kind a colour.
enum class LayerKind {
    plain,          // moves or adds them
    learned,        // multiplies them by learned weights
    attention,      // multiplies them with each other, or makes weights for that
    normalisation,  // gives them mean 0 and variance 1
    nonlinearity,
};

/// One layer, with the layers it is made of in the order in which they ran.
struct Trace {
    std::string name;       // the layer's place in its parent, as weight files call it: "attn", "blocks.0"
    std::string operation;  // what it computes, in a word or two: "Linear", "Softmax", "Attention"
    Shape input;            // of its first input
    Shape output;
    std::string axes;  // what the output's axes are: "B N D"
    LayerKind kind = LayerKind::plain;
    std::size_t parameters = 0;     // numbers it holds itself, without its parts
    std::size_t multiply_adds = 0;  // of its own matrix products in this pass, without its parts
    std::size_t kept = 0;           // numbers that it keeps itself for the backward pass, without its parts
    std::vector<Trace> parts = {};
    // Where its inputs come from: the names of parts that stand before it in the same parent, or "" for the parent's
    // own input. Left empty, the input is what the part before it gave (for the first part: the parent's input).
    std::vector<std::string> from = {};

    bool operator==(const Trace&) const = default;
};

/// Sums over a layer and all its parts.
std::size_t total_parameters(const Trace& trace);
std::size_t total_multiply_adds(const Trace& trace);
std::size_t total_kept(const Trace& trace);

/// One line for each layer, parts indented below their parent: name, operation, output shape, letters. Several records
/// become one table.
std::string shape_lines(const Trace& trace);
std::string shape_lines(const std::vector<Trace>& traces);

/// The line of a tensor that no layer has touched yet.
Trace input_of(const std::string& name, const std::string& axes, const Shape& shape);

/// The record with layers that are stacked on themselves, such as the blocks, shown once: "blocks.0", and then
/// "blocks.1-11" with the sums of the others and without their parts.
Trace folded(const Trace& trace);

/// Where parts[i] takes its inputs from: its `from`, with what an empty one means filled in.
std::vector<std::string> inputs_of(const std::vector<Trace>& parts, std::size_t i);

/// How many parts, beginning with parts[first], are the same layer stacked on itself: "blocks.0", "blocks.1", ...,
/// equal in all but the number at the end of the name, each taking what the one before it gave. 1 if there is no such
/// stack.
std::size_t stacked(const std::vector<Trace>& parts, std::size_t first);

}  // namespace vit
