#include "01_patch_embedding/patches.h"

#include <doctest/doctest.h>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Cut = std::function<Tensor<3>(const Tensor<4>&, std::size_t, PatchOrder)>;
using Paste = std::function<Tensor<4>(const Tensor<3>&, const Shape&, std::size_t, PatchOrder)>;

/// A pixel of an image.
struct Pixel {
    std::size_t c, y, x;
};
/// The sizes of images and patches.
struct Sizes {
    std::size_t C, H, W, P;
    std::size_t rows() const { return H / P; }
    std::size_t columns() const { return W / P; }
};
/// Which pixel number `v` of patch `n` is.
using Source = std::function<Pixel(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order)>;

Pixel pixel(const Sizes& s, std::size_t i, std::size_t j, std::size_t v, PatchOrder order) {
    std::size_t c = v / (s.P * s.P), p1 = v / s.P % s.P, p2 = v % s.P;
    if (order == PatchOrder::p1_p2_c) c = v % s.C, p1 = v / s.C / s.P, p2 = v / s.C % s.P;
    return {c, i * s.P + p1, j * s.P + p2};
}

Pixel right(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    return pixel(s, n / s.columns(), n % s.columns(), v, order);
}
Pixel column_major(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    return pixel(s, n % s.rows(), n / s.rows(), v, order);
}
Pixel by_view(const Sizes& s, std::size_t n, std::size_t v, PatchOrder) {
    const std::size_t number = n * s.C * s.P * s.P + v;
    return {number / (s.H * s.W), number / s.W % s.H, number % s.W};
}
/// The squares cut rightly, channel by channel, and then read as if they lay patch by patch.
Pixel channels_mixed(const Sizes& s, std::size_t n, std::size_t v, PatchOrder) {
    const std::size_t square = s.P * s.P, all = s.rows() * s.columns() * square, number = n * s.C * square + v;
    const Pixel inside = right(s, number % all / square, number % square, PatchOrder::c_p1_p2);
    return {number / all, inside.y, inside.x};
}
Pixel other_order(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    return right(s, n, v, order == PatchOrder::c_p1_p2 ? PatchOrder::p1_p2_c : PatchOrder::c_p1_p2);
}
Pixel always_c_first(const Sizes& s, std::size_t n, std::size_t v, PatchOrder) {
    return right(s, n, v, PatchOrder::c_p1_p2);
}
Pixel outer_inner_swapped(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    const Pixel inside = pixel(s, 0, 0, v, order);
    return {inside.c, inside.y * s.rows() + n / s.columns(), inside.x * s.columns() + n % s.columns()};
}
Pixel turned_inside(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    const Pixel inside = pixel(s, 0, 0, v, order);
    return {inside.c, n / s.columns() * s.P + inside.x, n % s.columns() * s.P + inside.y};
}
Pixel rows_for_columns(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    return pixel(s, n / s.rows() % s.rows(), n % s.rows(), v, order);
}
Pixel first_channel(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    Pixel p = right(s, n, v, order);
    p.c = 0;
    return p;
}
Pixel rows_without_stride(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    const Pixel inside = pixel(s, 0, 0, v, order);
    return {inside.c, n / s.columns() + inside.y, n % s.columns() * s.P + inside.x};
}
Pixel without_stride(const Sizes& s, std::size_t n, std::size_t v, PatchOrder order) {
    const Pixel inside = pixel(s, 0, 0, v, order);
    return {inside.c, n / s.columns() + inside.y, n % s.columns() + inside.x};
}

/// Patches put at number i rows + j: some twice, others never.
std::size_t numbered_by_rows(const Sizes& s, std::size_t n) {
    return n / s.columns() * s.rows() + n % s.columns();
}

Tensor<3> patches_numbered_by_rows(const Tensor<4>& images, std::size_t P, PatchOrder order) {
    const Sizes s{images.shape()[1], images.shape()[2], images.shape()[3], P};
    Tensor<3> patches = zeros<3>({images.shape()[0], s.rows() * s.columns(), s.C * P * P});
    for (std::size_t b = 0; b < patches.shape()[0]; ++b)
        for (std::size_t n = 0; n < patches.shape()[1]; ++n)
            for (std::size_t v = 0; v < patches.shape()[2]; ++v) {
                const Pixel from = right(s, n, v, order);
                patches(b, numbered_by_rows(s, n), v) = images(b, from.c, from.y, from.x);
            }
    return patches;
}

Tensor<4> images_numbered_by_rows(const Tensor<3>& patches, const Shape& shape, std::size_t P, PatchOrder order) {
    const Sizes s{shape[1], shape[2], shape[3], P};
    Tensor<4> images = zeros<4>({shape[0], s.C, s.H, s.W});
    for (std::size_t b = 0; b < patches.shape()[0]; ++b)
        for (std::size_t n = 0; n < patches.shape()[1]; ++n)
            for (std::size_t v = 0; v < patches.shape()[2]; ++v) {
                const Pixel to = right(s, n, v, order);
                images(b, to.c, to.y, to.x) = patches(b, numbered_by_rows(s, n), v);
            }
    return images;
}

Cut cut(const Source& source) {
    return [source](const Tensor<4>& images, std::size_t P, PatchOrder order) {
        const Sizes s{images.shape()[1], images.shape()[2], images.shape()[3], P};
        Tensor<3> patches = zeros<3>({images.shape()[0], s.rows() * s.columns(), s.C * P * P});
        for (std::size_t b = 0; b < patches.shape()[0]; ++b)
            for (std::size_t n = 0; n < patches.shape()[1]; ++n)
                for (std::size_t v = 0; v < patches.shape()[2]; ++v) {
                    const Pixel from = source(s, n, v, order);
                    patches(b, n, v) = images(b, from.c, from.y, from.x);
                }
        return patches;
    };
}

Paste paste(const Source& source) {
    return [source](const Tensor<3>& patches, const Shape& shape, std::size_t P, PatchOrder order) {
        const Sizes s{shape[1], shape[2], shape[3], P};
        Tensor<4> images = zeros<4>({shape[0], s.C, s.H, s.W});
        for (std::size_t b = 0; b < patches.shape()[0]; ++b)
            for (std::size_t n = 0; n < patches.shape()[1]; ++n)
                for (std::size_t v = 0; v < patches.shape()[2]; ++v) {
                    const Pixel to = source(s, n, v, order);
                    images(b, to.c, to.y, to.x) = patches(b, n, v);
                }
        return images;
    };
}

Tensor<4> counting_image() {
    Tensor<4> image = zeros<4>({1, 1, 2, 4});
    for (std::size_t i = 0; i < image.size(); ++i) image.data()[i] = static_cast<double>(i);
    return image;
}

Trial<Cut> try_on(const std::string& inputs, const Tensor<4>& images, std::size_t P, PatchOrder order) {
    return {.inputs = inputs,
            .run = [=](const Cut& f) -> Outputs { return {output("patches", "BNV", f(images, P, order))}; }};
}

Exercise<Cut> cut_exercise() {
    const Tensor<4> images = Rng(1).normal_tensor<4>({2, 3, 6, 9});
    return {
        .name = "1.1 patchify",
        .reference = cut(right),
        .trials = {try_on("one image of 2 x 4 pixels, 0 to 7, P=2", counting_image(), 2, PatchOrder::c_p1_p2),
                   try_on("random images, B=2 C=3 H=6 W=9 P=3", images, 3, PatchOrder::c_p1_p2),
                   try_on("the same in the order p1 p2 c", images, 3, PatchOrder::p1_p2_c)},
        .wrong_answers = {
            {"patchify_view",
             "the image's memory read under the new shape: a patch is then a run of pixels of one row, and no square. "
             "The "
             "numbers must move.",
             "duoan/TorchCode#21", cut(by_view)},
            {"patchify_channels_mixed",
             "squares that were cut channel by channel and then read under the new shape: a patch vector holds pixels "
             "of one "
             "channel from several places. The channels of one square belong together.",
             "gupta-abhay/pytorch-vit#7", cut(channels_mixed)},
            {"patch_vector_order",
             "patches with the other order inside: (p1 p2 c) where (c p1 p2) is wanted, and the other way round.",
             "lucidrains/vit-pytorch#352", cut(other_order)},
            {"patch_order_ignored", "patches in the order c p1 p2 in any case: `order` says which one is wanted.", "",
             cut(always_c_first)},
            {"patch_outer_inner_swapped",
             "small copies of the whole image: each patch takes pixels from all over it. A patch is a square of "
             "neighbours: row "
             "i P + p1, column j P + p2.",
             "arogozhnikov/einops#384", cut(outer_inner_swapped)},
            {"patch_column_major",
             "patches numbered down the columns. They are numbered as text is read: i columns + j.", "",
             cut(column_major)},
            {"hw_swapped", "patches numbered with the number of rows where that of columns belongs: height for width.",
             "facebookresearch/dinov2#582, huggingface/diffusers#11309", cut(rows_for_columns)},
            {"patch_number_by_rows",
             "patches put at number i rows + j. A row of squares has `columns` of them: i columns + j. (On a square "
             "image nobody "
             "sees it.)",
             "", patches_numbered_by_rows},
            {"patch_turned_inside",
             "patches whose pixels are transposed: p1 runs along the height, p2 along the width.", "",
             cut(turned_inside)},
            {"patch_first_channel", "patches of the first channel only, over and over.", "", cut(first_channel)},
            {"patch_rows_without_stride",
             "patches whose squares lie one pixel below each other: row i of squares begins at pixel i P.", "",
             cut(rows_without_stride)},
            {"patch_without_stride",
             "patches that begin one pixel apart. The squares stand side by side: the next begins P pixels further on.",
             "", cut(without_stride)},
        }};
}

Trial<Paste> try_back(const std::string& inputs, const Tensor<3>& patches, const Shape& shape, std::size_t P,
                      PatchOrder order) {
    return {.inputs = inputs,
            .run = [=](const Paste& f) -> Outputs { return {output("images", "BCHW", f(patches, shape, P, order))}; }};
}

Exercise<Paste> paste_exercise() {
    const Tensor<3> patches = Rng(2).normal_tensor<3>({2, 6, 27});
    return {
        .name = "1.2 unpatchify",
        .reference = paste(right),
        .trials = {try_back("two patches, (0, 1, 4, 5) and (2, 3, 6, 7), of an image of 2 x 4 pixels",
                            Tensor<3>{{{0, 1, 4, 5}, {2, 3, 6, 7}}}, {1, 1, 2, 4}, 2, PatchOrder::c_p1_p2),
                   try_back("random patches, B=2 C=3 H=6 W=9 P=3", patches, {2, 3, 6, 9}, 3, PatchOrder::c_p1_p2),
                   try_back("the same in the order p1 p2 c", patches, {2, 3, 6, 9}, 3, PatchOrder::p1_p2_c)},
        .wrong_answers = {
            {"unpatchify_reshape",
             "the patches' memory read under the image's shape. The numbers must move back to their squares.",
             "michaeltrs/DeepSatModels#22", paste(by_view)},
            {"unpatchify_vector_order", "images made from patch vectors in the other order.", "", paste(other_order)},
            {"unpatchify_order_ignored", "images made as if every patch vector were in the order c p1 p2.", "",
             paste(always_c_first)},
            {"unpatchify_outer_inner_swapped",
             "an image woven of single pixels. Each patch fills a square of neighbours.", "",
             paste(outer_inner_swapped)},
            {"unpatchify_column_major", "patches put down column by column. They were numbered row by row.", "",
             paste(column_major)},
            {"unpatchify_number_by_rows", "images made of the patches number i rows + j. It is i columns + j.", "",
             images_numbered_by_rows},
            {"unpatchify_turned_inside", "squares whose pixels are transposed: p1 runs along the height.", "",
             paste(turned_inside)},
        }};
}

}  // namespace

TEST_CASE("1.1 patchify") {
    check(cut_exercise(), patchify);
}

TEST_CASE("1.1 patchify: wrong answers" * doctest::skip()) {
    prove(cut_exercise());
}

TEST_CASE("1.2 unpatchify") {
    check(paste_exercise(), unpatchify);
}

TEST_CASE("1.2 unpatchify: wrong answers" * doctest::skip()) {
    prove(paste_exercise());
}

}  // namespace vit
