// Named parameters: the one list through which optimiser, checkpoint and gradient check see a model.
#pragma once

#include <string>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// One parameter tensor of a model: its published name, its published shape, and its numbers (not a copy).
struct Parameter {
    std::string name;  // as in timm's weight files: "blocks.0.attn.qkv.weight"
    Shape shape;
    std::span<Scalar> values;
};

using Parameters = std::vector<Parameter>;

/// The parameter of tensor x under its own shape.
template <std::size_t Rank>
Parameter parameter(std::string name, Tensor<Rank>& x) {
    return {std::move(name), shape_of(x), {x.data(), x.size()}};
}

/// Puts the parameters of a part behind those of the whole, with "prefix." before their names.
void append(Parameters& whole, const std::string& prefix, Parameters part);

/// How many numbers these parameters hold.
std::size_t parameter_count(const Parameters& parameters);

}  // namespace vit
