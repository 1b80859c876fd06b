// What the libraries' models were trained with and their files do not say.
#pragma once

#include "08_pretrained/dialect.h"
#include "08_pretrained/position_resize.h"
#include "08_pretrained/preprocessing.h"

namespace vit {

/// In the root of the LayerNorms of a library's own models.
double eps_of(Dialect dialect);

/// How a library resizes the positions of a model for images of another size. (vit-pytorch cuts them off, which is a
/// mistake: there it is timm's way.)
PositionResize usual_resize(Dialect dialect);

/// How pictures are prepared for the model of a file: as its library does it, or if 07_training has written it, as that
/// does, with the mean and deviation of its metadata. Sizes are not set. Throws std::runtime_error if the file speaks
/// no dialect, or if its metadata are damaged.
Preprocessing usual_preprocessing(const Safetensors& file);

}  // namespace vit
