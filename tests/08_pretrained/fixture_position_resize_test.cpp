#include "08_pretrained/position_resize.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("positions are resized as PyTorch does it") {
    const Safetensors file = load_safetensors(TEST_FILES "/fixtures/position_resize.safetensors");
    const PatchGrid from{std::stoul(file.metadata.at("rows")), std::stoul(file.metadata.at("columns"))};
    const Tensor<3> positions = tensor_of<3>(file, "positions");
    std::size_t compared = 0;
    for (std::size_t i = 0; i < position_resize_names.size(); ++i) {
        const auto how = static_cast<PositionResize>(i);
        if (how == PositionResize::truncate) continue;
        for (const PatchGrid to : {PatchGrid{9, 13}, {2, 3}, {8, 6}, {11, 1}}) {
            Tensor<3> resized = resize_positions(how, positions, from, to);
            const std::string size = std::to_string(to.rows) + "x" + std::to_string(to.columns);
            check_against(file, position_resize_names[i] + "/", {parameter(size, resized)});
            ++compared;
        }
    }
    CHECK(compared + 1 == file.tensors.size());
}

}  // namespace vit
