// Shape checks by axis name.
//
// A layer states the letters of its tensors; the first tensor with a letter sets its size, every later one must agree.
// The error names the function, the tensor, the axis, and who set the size:
//
//     linear_forward: weight (O I) has shape (4, 3); axis 1 must be I = 5 (from x), but it is 3
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

class Axes {
public:
    /// `function` is the name that errors begin with.
    explicit Axes(std::string_view function) : function_(function) {}

    /// Checks that the tensor called `name` has one axis for each letter and that each letter's size agrees with what
    /// is known. Throws std::invalid_argument if not. An axis marked '*' may have any size, one marked '1' must have
    /// size 1.
    template <std::size_t Rank>
    Axes& check(std::string_view name, std::string_view letters, const Tensor<Rank>& x) {
        return check_sizes(name, letters, x.shape().data(), Rank);
    }

    /// Sets a letter's size from something other than a tensor; `source` says from what, as in "A K".
    Axes& set(char letter, std::size_t size, std::string_view source);

    /// The size of a letter that is already known.
    std::size_t operator[](char letter) const;

private:
    struct Axis {
        char letter;
        std::size_t size;
        std::string_view source;  // the tensor that set it
    };

    Axes& check_sizes(std::string_view name, std::string_view letters, const std::size_t* sizes, std::size_t rank);
    const Axis* find(char letter) const;

    std::string_view function_;
    std::vector<Axis> known_;
};

}  // namespace vit
