#include "01_patch_embedding/spread_patches.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("spread_patches puts white gaps between the patches") {
    const Tensor<3> image = {{{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}}};
    CHECK(same(spread_patches(image, 2, 1), {{{1, 2, 1, 3, 4, 1, 5, 6}, {7, 8, 1, 9, 10, 1, 11, 12}}}, "CHW"));
    CHECK(spread_patches(image, 1, 2)(0, 3, 3) == 8);
    CHECK(shape_of(spread_patches(image, 1, 2)) == Shape{1, 4, 16});
    CHECK(error_of<std::invalid_argument>([&] {
              spread_patches(zeros<3>({3, 30, 32}), 4, 1);
          }) == "spread_patches: image height 30 is not a multiple of patch size 4");
    CHECK(error_of<std::invalid_argument>([&] {
              spread_patches(zeros<3>({3, 32, 30}), 4, 1);
          }) == "spread_patches: image width 30 is not a multiple of patch size 4");
    CHECK(error_of<std::invalid_argument>([&] { spread_patches(image, 0, 1); }) ==
          "spread_patches: the patch size must be at least 1, but it is 0");
}

}  // namespace vit
