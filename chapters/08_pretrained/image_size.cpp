#include "08_pretrained/image_size.h"

namespace vit {

PatchGrid patch_grid(const VitConfig& config) {
    return {config.image_height / config.patch_size, config.image_width / config.patch_size};
}

void set_image_size(Vit& model, std::size_t height, std::size_t width, PositionResize how) {
    VitConfig config = model.config;
    config.image_height = height;
    config.image_width = width;
    check(config);
    model.tokens.position = resize_positions(how, model.tokens.position, patch_grid(model.config), patch_grid(config));
    model.config = config;
}

}  // namespace vit
