#include "08_pretrained/preprocessing.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "tests/testing.h"

namespace vit {
namespace {

/// The largest difference of bytes, in grey levels; 1000 if there are not as many.
int difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    if (a.size() != b.size()) return 1000;
    int largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

Picture random_picture(std::size_t height, std::size_t width) {
    std::mt19937 random(7);
    Picture picture{height, width, std::vector<std::uint8_t>(height * width * 3)};
    for (std::uint8_t& byte : picture.pixels) byte = static_cast<std::uint8_t>(random());
    return picture;
}

Preprocessing preset(const std::string& name, std::size_t height, std::size_t width) {
    Preprocessing p = preprocessing_preset(name);
    p.height = height;
    p.width = width;
    return p;
}

/// The size that a picture of `height` x `width` gets before the crop.
std::vector<std::size_t> resized(const Preprocessing& p, std::size_t height, std::size_t width) {
    const PictureSize size = resized_size(p, {height, width});
    return {size.height, size.width};
}

const std::string pictures = TEST_FILES "/pictures/";

}  // namespace

TEST_CASE("ten odd pictures have the bytes that Pillow makes of them") {
    const std::vector<std::string> names{"colour",  "colour_16",         "colour_alpha_interlaced",
                                         "grey_1",  "grey_2_interlaced", "grey_alpha_8",
                                         "inks",    "palette_4_clear",   "progressive",
                                         "turned_6"};  // the order of make_preprocessed.py
    const std::map<std::string, std::string> done_as{{"timm", "timm"},
                                                     {"deit", "timm"},
                                                     {"vit_pytorch", "timm"},
                                                     {"torchvision", "torchvision"},
                                                     {"hugging_face", "hugging_face"}};
    CHECK(done_as.size() == preprocessing_preset_names().size());
    for (const auto& [name, expected_of] : done_as) {
        for (const PictureSize size : {PictureSize{24, 24}, {20, 28}}) {
            const Preprocessing p = preset(name, size.height, size.width);
            const std::string file = fmt::format("{}_{}x{}.png", expected_of, size.height, size.width);
            const Picture expected = read_picture(pictures + "preprocessed/" + file);
            const std::size_t bytes = size.height * size.width * 3;
            REQUIRE(expected.pixels.size() == names.size() * bytes);
            for (std::size_t i = 0; i < names.size(); ++i) {
                INFO(file, " ", names[i]);
                const Picture got = resize_for(p, read_picture(pictures + names[i] + ".read.png"));
                CHECK(got.height == size.height);
                CHECK(got.width == size.width);
                CHECK(difference(got.pixels, std::span(expected.pixels).subspan(i * bytes, bytes)) == 0);
            }
        }
    }
}

TEST_CASE("the sizes before the crop") {
    const Preprocessing timm = preprocessing_preset("timm"), torchvision = preprocessing_preset("torchvision");
    CHECK(resized(timm, 427, 640) == std::vector<std::size_t>{248, 371});  // 371.7
    CHECK(resized(timm, 640, 427) == std::vector<std::size_t>{371, 248});
    CHECK(resized(timm, 500, 500) == std::vector<std::size_t>{248, 248});
    CHECK(resized(torchvision, 427, 640) == std::vector<std::size_t>{256, 383});  // 383.7
    CHECK(resized(preprocessing_preset("hugging_face"), 427, 640) == std::vector<std::size_t>{224, 224});
    // 20 x 28 at 0.9: at least 22 x 31. A wide picture has its height fixed, a tall one its width.
    CHECK(resized(preset("timm", 20, 28), 100, 300) == std::vector<std::size_t>{22, 66});
    CHECK(resized(preset("timm", 20, 28), 300, 100) == std::vector<std::size_t>{93, 31});
    CHECK(resized(preset("timm", 20, 28), 100, 177) == std::vector<std::size_t>{22, 39});  // 38.94
    Preprocessing squashed = preset("timm", 20, 28);
    squashed.squash = true;
    CHECK(resized(squashed, 100, 300) == std::vector<std::size_t>{22, 31});
}

TEST_CASE("each channel gets its own mean and deviation") {
    Preprocessing p{.height = 2, .width = 3, .crop_fraction = 1};
    p.mean = {0.1, 0.2, 0.3};
    p.standard_deviation = {0.5, 0.25, 2};
    const Picture picture = random_picture(2, 3);
    const Tensor<4> image = preprocess(p, picture);
    REQUIRE(shape_of(image) == Shape{1, 3, 2, 3});
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t h = 0; h < 2; ++h)
            for (std::size_t w = 0; w < 3; ++w)
                CHECK(image(0, c, h, w) == doctest::Approx((picture.pixels[(h * 3 + w) * 3 + c] / 255.0 - p.mean[c]) /
                                                           p.standard_deviation[c]));
}

TEST_CASE("one mean and one deviation are those of all channels") {
    Preprocessing one = preset("hugging_face", 4, 5), three = one;
    three.mean = {0.5, 0.5, 0.5};
    three.standard_deviation = {0.5, 0.5, 0.5};
    const Picture picture = random_picture(7, 6);
    Tensor<4> got = preprocess(one, picture), wanted = preprocess(three, picture);
    CHECK(compare(numbers(parameter("", got)), numbers(parameter("", wanted)), "", 0));
    CHECK(*std::ranges::min_element(got) >= -1);
    CHECK(*std::ranges::max_element(got) <= 1);
}

TEST_CASE("a model of one channel sees the picture in grey") {
    Preprocessing p{.height = 1, .width = 3, .channels = 1, .crop_fraction = 1};
    const Tensor<4> image = preprocess(p, {1, 3, {0, 0, 0, 255, 255, 255, 255, 0, 0}});
    REQUIRE(shape_of(image) == Shape{1, 1, 1, 3});
    CHECK(image(0, 0, 0, 0) == doctest::Approx(-1));
    CHECK(image(0, 0, 0, 1) == doctest::Approx(1));
    CHECK(image(0, 0, 0, 2) == doctest::Approx(2 * 76 / 255.0 - 1));  // red is 0.299 as bright as white
}

TEST_CASE("ImageNet's colours and the paper's") {
    const Preprocessing timm = preprocessing_preset("timm"), deit = preprocessing_preset("deit");
    CHECK(deit.mean == std::vector{0.485, 0.456, 0.406});
    CHECK(deit.standard_deviation == std::vector{0.229, 0.224, 0.225});
    CHECK(preprocessing_preset("torchvision").mean == deit.mean);
    CHECK(preprocessing_preset("torchvision").standard_deviation == deit.standard_deviation);
    for (const char* name : {"timm", "hugging_face", "vit_pytorch"}) {
        CHECK(preprocessing_preset(name).mean == std::vector{0.5});
        CHECK(preprocessing_preset(name).standard_deviation == std::vector{0.5});
    }
}

TEST_CASE("one line says what is done") {
    CHECK(to_string(preprocessing_preset("timm")) ==
          "the shorter side to 248 (bicubic), the middle 224 x 224, minus 0.5, divided by 0.5");
    CHECK(to_string(preprocessing_preset("torchvision")) ==
          "the shorter side to 256 (bilinear), the middle 224 x 224, minus 0.485 0.456 0.406, divided by 0.229 0.224 "
          "0.225");
    CHECK(to_string(preprocessing_preset("hugging_face")) ==
          "squashed to 224 x 224 (bilinear), minus 0.5, divided by 0.5");
    CHECK(to_string(preset("timm", 20, 28)) ==
          "to at least 22 x 31 (bicubic), the middle 20 x 28, minus 0.5, divided by 0.5");
    Preprocessing p = preprocessing_preset("timm");
    p.mean = {0.49103809318, 1};
    CHECK(to_string(p).ends_with("minus 0.491 1, divided by 0.5"));
}

TEST_CASE("every option can be written as text and read again") {
    Preprocessing p{.crop_fraction = 0.75,
                    .squash = true,
                    .interpolation = Interpolation::bilinear,
                    .mean = {0.1, 0.2, 0.3},
                    .standard_deviation = {0.4}};
    const std::map<std::string, std::string> texts = to_text(named_options(p));
    CHECK(texts == std::map<std::string, std::string>{{"crop_fraction", "0.75"},
                                                      {"squash", "true"},
                                                      {"interpolation", "bilinear"},
                                                      {"mean", "0.1 0.2 0.3"},
                                                      {"std", "0.4"}});
    Preprocessing read;
    read_text(named_options(read), texts, "x");
    CHECK(to_text(named_options(read)) == texts);
}

TEST_CASE("numbers that make no sense are refused") {
    const auto error_with = [](const auto& change) {
        Preprocessing p = preprocessing_preset("deit");
        change(p);
        return error_of<std::invalid_argument>([&] { preprocess(p, random_picture(4, 5)); });
    };
    CHECK(error_with([](Preprocessing& p) { p.crop_fraction = 1.5; }) ==
          "preprocessing: crop_fraction must be from 0.01 to 1, but it is 1.5");
    CHECK(error_with([](Preprocessing& p) { p.crop_fraction = 0; }) ==
          "preprocessing: crop_fraction must be from 0.01 to 1, but it is 0");
    CHECK(error_with([](Preprocessing& p) {
              p.mean = {0.5, 0.5};
          }) == "preprocessing: mean must have 1 number or 3, one for each channel, but it has 2");
    CHECK(error_with([](Preprocessing& p) { p.standard_deviation = {}; }) ==
          "preprocessing: std must have 1 number or 3, one for each channel, but it has 0");
    CHECK(error_with([](Preprocessing& p) { p.standard_deviation[1] = 0; }) ==
          "preprocessing: std must be above 0, but it is 0");
    CHECK(error_with([](Preprocessing& p) { p.channels = 2; }) ==
          "preprocessing: there must be 1 or 3 channels, but there are 2");
    CHECK(error_with([](Preprocessing& p) { p.width = 0; }) == "preprocessing: an image of 224 x 0 has no pixels");
    CHECK(error_of<std::invalid_argument>([] {
              preprocess({}, {0, 3, {}});
          }) == "preprocessing: a picture of 0 x 3 has no pixels");
    CHECK(error_of<std::invalid_argument>([] { preprocessing_preset("tim\n"); }) ==
          "there is no preprocessing 'tim\\x0a'; there are timm, deit, torchvision, hugging_face, vit_pytorch");
}

TEST_CASE("a thin picture takes no more room than itself and the result") {
    // As a whole it would have 248 rows and 14,880,000 columns: 11 GB.
    const Picture thin{1, 60000, std::vector<std::uint8_t>(60000 * 3, 128)};
    CHECK(resize_for({}, thin).pixels == std::vector<std::uint8_t>(224 * 224 * 3, 128));
    CHECK(resize_for({}, {60000, 1, thin.pixels}).pixels == std::vector<std::uint8_t>(224 * 224 * 3, 128));
}

}  // namespace vit
