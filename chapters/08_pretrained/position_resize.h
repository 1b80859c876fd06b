// Position embeddings for another grid of patches.
//
//     positions (1, T, D) of a grid (h, w)  ->  (1, T', D) of a grid (h', w')
//
// A model learned one vector for each place of its grid. In a picture of another size the same place is somewhere
// between the old ones, so its vector is a weighted sum of theirs. Each axis has its own weights, a matrix (to, from)
// whose rows add up to 1, and for each of the D numbers
//
//     resized = rows · grid · columnsᵀ        (h', w') = (h', h) (h, w) (w, w')
//
// Vision Transformer paper (Dosovitskiy et al. 2020), section 3.2, fine-tuning at higher resolution.
#pragma once

#include <string>
#include <vector>

#include "common/tensor/tensor.h"

namespace vit {

/// How the vectors between the old places are found: from straight lines (bilinear) or cubics (bicubic). The published
/// libraries differ, and a model is best resized as its own library does it.
enum class PositionResize {
    bilinear,                // the grid's area is kept, as in a picture
    bilinear_align_corners,  // the corners of the grid are kept: the paper's own code (scipy's zoom of order 1)
    bicubic,                 // Hugging Face
    bicubic_align_corners,   // torchvision
    bicubic_antialias,       // timm
    bilinear_antialias,      // no library's choice; how much the cubics matter
    truncate,                // the mistake: the first T' vectors, wherever they belong; vit-pytorch
};
inline const std::vector<std::string> position_resize_names{
    "bilinear",          "bilinear_align_corners", "bicubic", "bicubic_align_corners",
    "bicubic_antialias", "bilinear_antialias",     "truncate"};

/// The weights of one axis, (to, from): row i says of which old places the new place i is made, and adds up to 1. The
/// same numbers as in torch.nn.functional.interpolate. Throws std::invalid_argument if one of the sizes is 0, and for
/// truncate, which has no weights.
Tensor<2> resize_weights(PositionResize how, std::size_t from, std::size_t to);

/// Patches of an image, row by row.
struct PatchGrid {
    std::size_t rows, columns;
};

/// positions (1, T, D) of the grid `from` -> (1, T', D) of the grid `to`. T is the number of patches, or one more: then
/// the class token's position comes first and stays as it is. The same grid changes nothing. Throws
/// std::invalid_argument if T does not fit `from`, if a grid is empty, and if truncate would need more vectors than
/// there are.
Tensor<3> resize_positions(PositionResize how, const Tensor<3>& positions, PatchGrid from, PatchGrid to);

}  // namespace vit
