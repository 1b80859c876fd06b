#include "07_training/gradient_report.h"

#include <set>

#include "tests/testing.h"

namespace vit {

TEST_CASE(
    "the gradients of the whole model agree with central differences, for every parameter tensor and the images") {
    std::set<std::string> expected{"cls_token",
                                   "pos_embed",
                                   "patch_embed.proj.weight",
                                   "patch_embed.proj.bias",
                                   "norm.weight",
                                   "norm.bias",
                                   "head.weight",
                                   "head.bias",
                                   "images"};
    for (const std::string block : {"blocks.0.", "blocks.1."})
        for (const std::string layer : {"norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2"})
            for (const std::string part : {".weight", ".bias"}) expected.insert(block + layer + part);

    for (std::size_t seed = 1; seed <= 3; ++seed) {
        INFO("seed ", seed);
        const auto [report, second_run_error] = check_model_gradients(seed);
        CHECK(right(report, 1e-5));
        CHECK(second_run_error == "");
        std::set<std::string> found;
        for (const GradientError& tensor : report) {
            found.insert(tensor.name);
            CHECK(tensor.checked == std::min<std::size_t>(200, element_count(tensor.shape)));
            CHECK(tensor.largest > 1e-4);  // a gradient of zeros would agree with anything that is not there
        }
        CHECK(found == expected);
        CHECK(report.size() == expected.size());
    }
}

}  // namespace vit
