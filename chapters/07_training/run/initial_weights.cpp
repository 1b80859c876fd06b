#include "07_training/run/initial_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "07_training/finite.h"
#include "07_training/frozen.h"
#include "07_training/weight_file.h"
#include "common/program/printable.h"
#include "common/report/text.h"

namespace vit {
namespace {

[[noreturn]] void fail(const Safetensors& file, const std::string& message) {
    throw std::runtime_error(fmt::format("{}: {}", file.path, message));
}

/// The library that gives a tensor this name; empty if it may be timm.
std::string other_library(const std::string& name) {
    if (name == "conv_proj.weight") return "torchvision";
    if (name.ends_with("embeddings.cls_token")) return "Hugging Face's transformers";
    if (name.starts_with("transformer.layers.")) return "vit-pytorch";
    return "";
}

Safetensors load_weights(const std::string& path) {
    Safetensors file = load_safetensors(path);
    for (const StoredTensor& tensor : file.tensors) {
        if (const std::string library = other_library(tensor.name); !library.empty())
            fail(file, fmt::format("the tensor {} has the name that {} gives it; 08_pretrained --weights {} --save "
                                   "NEW.safetensors writes the file with the names that are used here, timm's",
                                   printable(tensor.name), library, path));
    }
    return file;
}

/// The shape of a tensor that must have so many axes.
const Shape& shape_in(const Safetensors& file, const std::string& name, std::size_t rank) {
    const Shape& shape = file.at(name).shape;
    if (shape.size() != rank)
        fail(file, fmt::format("tensor {} has shape {}; it must have {} axes", name, to_string(shape), rank));
    return shape;
}

/// The sizes, and the variants that add or leave out a tensor.
void read_shapes(const Safetensors& file, VitConfig& model) {
    std::set<std::string> names;
    for (const StoredTensor& tensor : file.tensors) names.insert(tensor.name);
    const Shape& projection = shape_in(file, "patch_embed.proj.weight", 4);  // (D, C, P, P)
    model.width = projection[0];
    model.channels = projection[1];
    model.patch_size = projection[2];
    model.heads = usual_heads(model.width);
    model.head_width = 0;
    constexpr std::size_t most = 1000;  // as for --depth
    for (model.depth = 0; model.depth < most && names.contains(fmt::format("blocks.{}.norm1.weight", model.depth));)
        ++model.depth;
    if (model.depth > 0) {
        model.hidden = shape_in(file, "blocks.0.mlp.fc1.weight", 2)[0];  // (F, D)
        model.qkv_bias = names.contains("blocks.0.attn.qkv.bias");
        model.attention_projection = names.contains("blocks.0.attn.proj.weight");
    }
    model.patch_norm = names.contains("patch_embed.norm_in.weight");
    model.pooling = names.contains("cls_token") ? Pooling::class_token : Pooling::mean;
    const std::size_t tokens = shape_in(file, "pos_embed", 3)[1];  // (1, T, D)
    const std::size_t patches = tokens - std::min<std::size_t>(tokens, model.has_class_token() ? 1 : 0);
    const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(patches))));
    model.image_height = model.image_width = side * side == patches ? side * model.patch_size : 0;
}

void read_model(const Safetensors& file, VitConfig& model) {
    if (file.metadata.contains("model.image_height"))
        read_text(renamed("model.", named_options(model)), file.metadata, file.path);
    else
        read_shapes(file, model);
}

/// Are the images those that the weights are for?
void check_images(const Safetensors& file, const VitConfig& model, const std::string& data) {
    VitConfig own;
    read_model(file, own);
    if (own.channels != model.channels)
        fail(file, fmt::format("its weights are for images of {} channels, those of {} have {}", own.channels,
                               printable(data), model.channels));
    if (own.image_height == 0 || (own.image_height == model.image_height && own.image_width == model.image_width))
        return;  // not known: the shape of the positions will tell
    const std::string size = own.image_height == own.image_width
                                 ? fmt::to_string(own.image_height)
                                 : fmt::format("{}x{}", own.image_height, own.image_width);
    fail(file,
         fmt::format("its position embeddings are for images of {} x {} pixels, those of {} have {} x {}; give "
                     "--image-size {} (08_pretrained shows how positions are resized)",
                     own.image_height, own.image_width, printable(data), model.image_height, model.image_width, size));
}

/// Fills the backbone with the file's tensors, of which the head's and Adam's are left out.
void copy_backbone(Safetensors file, const Parameters& backbone) {
    std::erase_if(file.tensors, [](const StoredTensor& tensor) {
        return tensor.name.starts_with("head.") || tensor.name.starts_with("adamw.");
    });
    copy_into(file, backbone);
    if (const std::string name = first_not_finite(backbone); !name.empty())
        fail(file, fmt::format("tensor {} has a number that is not finite", name));
}

/// Takes the file's normalisation. False if it has none.
bool read_normalisation(const Safetensors& file, Normalisation& normalisation, std::size_t channels) {
    if (!file.metadata.contains("normalisation.mean")) return false;
    read_text(normalisation_options(normalisation), file.metadata, file.path);
    check_normalisation(file.path, normalisation, channels);
    return true;
}

}  // namespace

void read_model(const std::string& path, VitConfig& model) {
    read_model(load_weights(path), model);
}

void begin_with_file(Training& t, const VitConfig& model) {
    const Safetensors file = load_weights(t.config.init);
    check_images(file, model, t.config.data);
    if (model.heads == 0)
        fail(file, fmt::format("its shapes do not say how many heads there are, because the width {} is no multiple of "
                               "64; give --heads",
                               model.width));
    check_model_of(file, model);
    check_options(file.path, [&] { t.model = make_vit(model); });
    const Parameters backbone = backbone_parameters(t.model);
    copy_backbone(file, backbone);
    const bool normalised = read_normalisation(file, t.normalisation, model.channels);
    t.weights_note = fmt::format("begins with {}: {} parameters of it, a new head of {}; {}", printable(file.path),
                                 with_thousands(parameter_count(backbone)),
                                 with_thousands(parameter_count(head_parameters(t.model.head))),
                                 normalised ? "pixels normalised as it says" : "pixels normalised by these images");
}

}  // namespace vit
