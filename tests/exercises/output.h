// What an answer to an exercise made: the tensors that it returned or filled, under the names that the page gives them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "common/tensor/comparison.h"
#include "common/tensor/parameters.h"

namespace vit {

struct Output {
    std::string name;  // "y", "grad.weight"
    std::string axes;  // a letter for each axis, or nothing
    Numbers numbers;
    std::string text = "";  // what is shown in place of a number that stands for a text
};

using Outputs = std::vector<Output>;

template <std::size_t Rank>
Output output(std::string name, const char (&axes)[Rank + 1], const Tensor<Rank>& x) {
    return {std::move(name), axes, numbers(x)};
}

/// A single number.
inline Output output(std::string name, double number) {
    return {std::move(name), "", {{}, {number}}};
}

/// A text: a number below a million that is made from all its characters, so that hardly two texts have the same.
inline Output output(std::string name, const std::string& text) {
    double number = 0;
    for (const char character : text)
        number = std::fmod(31 * number + static_cast<double>(static_cast<unsigned char>(character)), 999983);
    return {std::move(name), "", {{}, {number + 1}}, text};
}

/// Is this output a share that a trial counted, "share of numbers that ..."? It says that something is wrong, but many
/// mistakes have the same share: no mistake is known by it.
inline bool is_share(const Output& output) {
    return output.name.starts_with("share of ") || output.name.ends_with("(in tenths)");
}

/// A list of whole numbers.
inline Output output(std::string name, char axis, const std::vector<std::size_t>& list) {
    return {std::move(name), std::string(1, axis), {{list.size()}, {list.begin(), list.end()}}};
}

/// Each parameter, or each gradient: "grad.weight".
inline Outputs outputs(const std::string& prefix, const Parameters& parameters) {
    Outputs all;
    for (const Parameter& p : parameters)
        all.push_back({prefix + "." + p.name, "", {p.shape, {p.values.begin(), p.values.end()}}});
    return all;
}

/// The sum of each row: of the numbers along the last axis.
inline std::vector<double> row_sums(const Output& output) {
    const std::size_t width = output.numbers.shape.back();
    std::vector<double> sums(width == 0 ? 0 : output.numbers.values.size() / width);
    for (std::size_t i = 0; i < output.numbers.values.size(); ++i) sums[i / width] += output.numbers.values[i];
    return sums;
}

/// One list behind the other.
inline Outputs operator+(Outputs first, const Outputs& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

}  // namespace vit
