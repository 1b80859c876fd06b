#include "08_pretrained/image_size.h"

#include <fmt/core.h>

#include <stdexcept>

namespace vit {

PatchGrid patch_grid(const VitConfig& config) {
    return {config.image_height / config.patch_size, config.image_width / config.patch_size};
}

void set_image_size(Vit& model, std::size_t height, std::size_t width, PositionResize how) {
    VitConfig config = model.config;
    config.image_height = height;
    config.image_width = width;
    check(config);
    constexpr std::size_t most = 1'000'000;  // pretrained.cpp reads no more
    if (config.tokens() > most)
        throw std::invalid_argument(fmt::format("set_image_size: images of {} x {} pixels are {} tokens; at most {}",
                                                height, width, config.tokens(), most));
    model.tokens.position = resize_positions(how, model.tokens.position, patch_grid(model.config), patch_grid(config));
    model.config = config;
}

}  // namespace vit
