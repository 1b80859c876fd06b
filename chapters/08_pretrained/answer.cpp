#include "08_pretrained/answer.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "03_attention/softmax.h"
#include "common/files/files.h"
#include "common/files/picture.h"
#include "common/program/printable.h"

namespace vit {

Images read_images(const std::vector<std::string>& files, const Preprocessing& preprocessing,
                   std::vector<std::string>& errors) {
    Images read;
    std::vector<Scalar> pixels;
    for (const std::string& file : files) {
        const std::optional<Picture> picture = read_picture(file, errors);
        if (!picture) continue;
        const Tensor<4> image = preprocess(preprocessing, *picture);  // (1, C, H, W)
        read.files.push_back(file);
        pixels.insert(pixels.end(), image.begin(), image.end());
    }
    read.pixels =
        uninitialised<4>({read.files.size(), preprocessing.channels, preprocessing.height, preprocessing.width});
    std::ranges::copy(pixels, read.pixels.begin());
    return read;
}

Answers answers_of(const Vit& model, const Tensor<4>& images) {
    const std::size_t B = images.shape()[0];
    Answers answers{uninitialised<2>({B, model.config.classes}), uninitialised<2>({B, model.config.width})};
    VitCache cache;
    for (std::size_t b = 0; b < B; ++b) {  // one at a time: the memory of a pass is that of one image
        const Tensor<4> image = xt::view(images, xt::range(b, b + 1));
        xt::view(answers.logits, xt::range(b, b + 1)) = vit_forward(model, image, cache, nullptr, Keep::one_block);
        xt::view(answers.features, xt::range(b, b + 1)) = cache.pooled;
    }
    return answers;
}

std::string most_likely(const Tensor<2>& logits, std::size_t image, std::size_t count,
                        const std::vector<std::string>& class_names) {
    const Tensor<2> p = softmax_forward(logits);  // (B, Y)
    std::vector<std::size_t> classes(logits.shape()[1]);
    std::iota(classes.begin(), classes.end(), std::size_t(0));
    std::ranges::stable_sort(classes, std::ranges::greater(), [&](std::size_t y) { return p(image, y); });
    classes.resize(std::min(count, classes.size()));
    std::string lines;
    for (const std::size_t y : classes)
        lines += fmt::format("{:7.1f} %  {}\n", 100 * static_cast<double>(p(image, y)),
                             y < class_names.size() ? printable(class_names[y]) : fmt::format("class {}", y));
    return lines;
}

void write_csv(const std::string& path, const std::string& name, const Tensor<2>& table) {
    const std::size_t rows = table.shape()[0], columns = table.shape()[1];
    std::string text;
    for (std::size_t m = 0; m < columns; ++m) text += fmt::format("{}{}_{}", m > 0 ? "," : "", name, m);
    text += "\n";
    for (std::size_t b = 0; b < rows; ++b) {
        for (std::size_t m = 0; m < columns; ++m) text += fmt::format("{}{}", m > 0 ? "," : "", table(b, m));
        text += "\n";
    }
    write_file(path, text);
}

}  // namespace vit
