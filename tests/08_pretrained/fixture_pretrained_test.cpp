#include "08_pretrained/pretrained.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// Weights in float32 and less, computed with in double, are PyTorch's to the last digits; in float, rounding adds up.
constexpr double tolerance = sizeof(Scalar) == sizeof(double) ? 1e-10 : 1e-4;

std::string path_of(const std::string& name) {
    return TEST_FILES "/fixtures/pretrained_" + name + ".safetensors";
}

/// What pretrained_values.safetensors says of a model's sizes.
std::size_t size_of(const Safetensors& values, const std::string& model, const std::string& size) {
    return std::stoul(values.metadata.at(model + "." + size));
}

/// What a file does not say.
PretrainedOptions options_for(const Safetensors& values, const std::string& name) {
    PretrainedOptions options{.heads = size_of(values, name, "heads")};
    if (size_of(values, name, "H") != size_of(values, name, "W")) {
        options.image_height = size_of(values, name, "H");
        options.image_width = size_of(values, name, "W");
    }
    if (name == "vit_pytorch_1_0") options.pooling = Pooling::mean_with_class_token;
    return options;
}

void check_sizes(const Safetensors& values, const std::string& name, const VitConfig& c) {
    const auto size = [&](const std::string& letter) { return size_of(values, name, letter); };
    CHECK(c.image_height == size("H"));
    CHECK(c.image_width == size("W"));
    CHECK(c.channels == size("C"));
    CHECK(c.patch_size == size("P"));
    CHECK(c.width == size("D"));
    CHECK(c.depth == size("L"));
    CHECK(c.heads == size("heads"));
    CHECK(c.hidden == size("hidden"));
    CHECK(c.patch_order == PatchOrder::c_p1_p2);
    if (values.metadata.contains(name + ".head_width") && size("head_width") * c.heads != c.width)
        CHECK(c.head_width == size("head_width"));
}

void check_outputs(const Safetensors& values, const std::string& name, const Pretrained& pretrained) {
    VitCache cache;
    Tensor<2> logits = vit_forward(pretrained.model, tensor_of<4>(values, name + "/images"), cache);  // (B, Y)
    CHECK(same(cache.pooled, tensor_of<2>(values, name + "/features"), "BD", tolerance));
    if (pretrained.has_head) CHECK(same(logits, tensor_of<2>(values, name + "/logits"), "BY", tolerance));
}

}  // namespace

TEST_CASE("models of every dialect compute what PyTorch computes") {
    const Safetensors values = load_safetensors(path_of("values"));
    const std::map<std::string, std::pair<Dialect, std::string>> models{
        {"timm", {Dialect::timm, "patch_embed.proj.weight"}},
        {"timm_average", {Dialect::timm, "patch_embed.proj.weight"}},
        {"torchvision", {Dialect::torchvision, "conv_proj.weight"}},
        {"torchvision_old", {Dialect::torchvision, "conv_proj.weight"}},
        {"hugging_face", {Dialect::hugging_face, "vit.embeddings.patch_embeddings.projection.weight"}},
        {"hugging_face_bare", {Dialect::hugging_face, "embeddings.patch_embeddings.projection.weight"}},
        {"vit_pytorch", {Dialect::vit_pytorch, "to_patch_embedding.2.weight"}},
        {"vit_pytorch_mean", {Dialect::vit_pytorch, "to_patch_embedding.2.weight"}},
        {"vit_pytorch_1_4", {Dialect::vit_pytorch, "to_patch_embedding.2.weight"}},
        {"vit_pytorch_1_0", {Dialect::vit_pytorch, "to_patch_embedding.2.weight"}},
        {"vit_pytorch_0", {Dialect::vit_pytorch, "to_patch_embedding.1.weight"}}};
    for (const auto& model : models) {
        const std::string& name = model.first;
        INFO(name);
        const Pretrained pretrained = load_pretrained(path_of(name), options_for(values, name));
        CHECK(pretrained.dialect == model.second.first);
        CHECK(pretrained.recognised_by == model.second.second);
        CHECK(pretrained.has_head == (name != "hugging_face_bare"));
        check_sizes(values, name, pretrained.model.config);
        check_outputs(values, name, pretrained);
    }
}

}  // namespace vit
