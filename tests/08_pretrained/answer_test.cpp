#include "08_pretrained/answer.h"

#include <cmath>

#include "common/files/files.h"
#include "common/files/picture.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the most likely classes, with their names or else their numbers") {
    const Tensor<2> logits{{0, 0, 0}, {std::log(Scalar(2)), std::log(Scalar(5)), std::log(Scalar(3))}};
    CHECK(most_likely(logits, 1, 2, {"cat", "dog", "newt"}) == "   50.0 %  dog\n   30.0 %  newt\n");
    CHECK(most_likely(logits, 1, 9, {"cat"}) == "   50.0 %  class 1\n   30.0 %  class 2\n   20.0 %  cat\n");
    CHECK(most_likely(logits, 1, 1, {"", "d\x1bg", ""}) == "   50.0 %  d\\x1bg\n");
}

TEST_CASE("several pictures become images, and several images get the answers that each gets alone") {
    const std::vector<std::string> files{TEST_FILES "/pictures/colour.jpg", TEST_FILES "/pictures/none.png",
                                         TEST_FILES "/pictures/grey_1.png", TEST_FILES "/pictures/turned_6.jpg"};
    const Preprocessing preprocessing{.height = 8, .width = 12};
    std::vector<std::string> errors;
    const Images images = read_images(files, preprocessing, errors);
    CHECK(errors == std::vector<std::string>{"read_file: cannot open " + files[1] + ": No such file or directory"});
    REQUIRE(images.files == std::vector{files[0], files[2], files[3]});
    REQUIRE(shape_of(images.pixels) == Shape{3, 3, 8, 12});
    Vit model = make_vit({.image_height = 8,
                          .image_width = 12,
                          .channels = 3,
                          .patch_size = 4,
                          .width = 10,
                          .depth = 2,
                          .heads = 2,
                          .hidden = 17,
                          .classes = 7});
    Rng rng(3);
    fill_random(named_parameters(model), rng);
    const Answers answers = answers_of(model, images.pixels);
    for (std::size_t b = 0; b < 3; ++b) {
        INFO(images.files[b]);
        const Tensor<4> alone = preprocess(preprocessing, read_picture(images.files[b])),
                        image = xt::view(images.pixels, xt::range(b, b + 1));
        CHECK(same(image, alone, "BCHW"));
        VitCache cache;
        const Tensor<2> logits = vit_forward(model, alone, cache),
                        found = xt::view(answers.logits, xt::range(b, b + 1)),
                        features = xt::view(answers.features, xt::range(b, b + 1));
        CHECK(same(found, logits, "BY", 1e-12));
        CHECK(same(features, cache.pooled, "BD", 1e-12));
    }
}

TEST_CASE("a table as CSV, with all digits") {
    const TemporaryFolder folder;
    write_csv(folder.file("x.csv"), "logit", Tensor<2>{{0.5, -2}, {Scalar(1) / 3, 1e-9}});
    CHECK(read_file(folder.file("x.csv")) ==
          fmt::format("logit_0,logit_1\n0.5,-2\n{},{}\n", Scalar(1) / 3, Scalar(1e-9)));
}

}  // namespace vit
