// A model for images of another size.
#pragma once

#include "06_vit_head/vit.h"
#include "08_pretrained/position_resize.h"

namespace vit {

/// The patches of the images that a model is for.
PatchGrid patch_grid(const VitConfig& config);

/// From now on the model is for images of this size. Only its positions depend on that, and they are resized. Throws
/// std::invalid_argument if patches do not fit into the images, or as resize_positions does; the model is then as it
/// was.
void set_image_size(Vit& model, std::size_t height, std::size_t width, PositionResize how);

}  // namespace vit
