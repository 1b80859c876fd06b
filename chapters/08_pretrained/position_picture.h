// Positions as a picture: how alike is the vector of one place to those of all places?
//
// In a trained model neighbours are alike, and so are places of the same row and of the same column (Vision Transformer
// paper, figure 7, in the middle). What becomes of that when positions are resized shows at a glance whether they were
// resized rightly.
#pragma once

#include <string>

#include "08_pretrained/position_resize.h"

namespace vit {

/// The cosine of the angle between the vector of one place and that of every place, 1 where they point the same way:
/// (rows, columns). positions (1, T, D) as resize_positions has them. A vector of zeros is like no other: 0. Throws
/// std::invalid_argument if the positions do not fit the grid or the place is not on it.
Tensor<2> similarity_to_place(const Tensor<3>& positions, PatchGrid grid, std::size_t row, std::size_t column);

/// Positions such as nobody has trained, that are alike where places are near: sines of rows and columns at several
/// wave lengths ("Attention is all you need", section 3.5, for each axis). (1, rows * columns, 32)
Tensor<3> sine_positions(PatchGrid grid);

/// Draws the similarity to the place in the middle as SVG: of the positions, of what `how` makes of them for the other
/// grid, and of what truncate does, where it can. Throws as resize_positions does, and std::runtime_error if the
/// picture cannot be drawn or written.
void draw_positions(const std::string& path, PositionResize how, const Tensor<3>& positions, PatchGrid from,
                    PatchGrid to);

}  // namespace vit
