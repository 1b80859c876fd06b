#include "08_pretrained/pretrained_config.h"

#include <algorithm>
#include <cmath>

#include "07_training/weight_file.h"
#include "08_pretrained/library_defaults.h"

namespace vit {
namespace {

/// One more than the highest number of a block.
std::size_t depth_of(const PublishedFile& file) {
    constexpr std::size_t most = 1000;  // of any model; a number in a name may be anything
    std::size_t depth = 0;
    for (std::size_t i = 0; i < std::min(most, file.tensors.size()); ++i) {
        if (has(file, fmt::format("blocks.{}.norm1.weight", i))) depth = i + 1;
    }
    return depth;
}

/// vit-pytorch writes an empty class token for "none", timm writes none. The others always have one.
bool has_class_token(const PublishedFile& file) {
    const StoredTensor* token = find(file, spelling_in(file, "cls_token").front());
    return token ? element_count(token->shape) > 0 : file.dialect != Dialect::timm;
}

/// Is the last norm named as those are that stand behind the pooling? That is the second spelling.
bool norms_after_pooling(const PublishedFile& file) {
    const std::vector<Spelling> spellings = translate("norm.weight", file.dialect);
    return spellings.size() > 1 && find(file, spellings[1].front()) != nullptr;
}

/// The model.* of a checkpoint's metadata.
VitConfig config_in(const std::map<std::string, std::string>& metadata, const std::string& path) {
    VitConfig config;
    read_text(renamed("model.", named_options(config)), metadata, path);
    return config;
}

/// The shape of the file's tensor for one of ours, or of its first part. `axes` has a word for each axis.
const Shape& shape_in(const PublishedFile& file, const std::string& name, std::size_t rank, const char* axes) {
    const std::string file_name = spelling_in(file, name).front();
    const Shape& shape = find(file, file_name)->shape;
    if (shape.size() != rank) fail(file, "{} has shape {}, expected ({})", file_name, to_string(shape), axes);
    return shape;
}

/// The side of a square of that many; 0 if they make none.
std::size_t side_of_square(std::size_t count) {
    const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(count))));
    return side * side == count ? side : 0;
}

/// vit-pytorch's patch projection is a Linear: V = P P C says P only if C is known.
void set_patch_of_linear(const PublishedFile& file, VitConfig& c, std::size_t V, std::size_t channels) {
    for (const std::size_t C : channels > 0 ? std::vector{channels} : std::vector<std::size_t>{3, 1, 2}) {
        c.channels = C;
        c.patch_size = V % C == 0 ? side_of_square(V / C) : 0;
        if (c.patch_size > 0) return;
    }
    fail(file, "a patch has {} numbers, which are no square of pixels; give the number of channels: --channels", V);
}

void set_patch(const PublishedFile& file, VitConfig& c, std::size_t channels) {
    const std::string name = "patch_embed.proj.weight";
    if (file.dialect == Dialect::vit_pytorch) {
        const Shape& shape = shape_in(file, name, 2, "D, P P C");
        c.width = shape[0];
        c.patch_order = PatchOrder::p1_p2_c;
        set_patch_of_linear(file, c, shape[1], channels);
        return;
    }
    const Shape& shape = shape_in(file, name, 4, "D, C, P, P");
    if (shape[2] != shape[3] || shape[2] == 0)
        fail(file, "{} has shape {}, expected (D, C, P, P)", file.recognised_by, to_string(shape));
    c.width = shape[0];
    c.channels = shape[1];
    c.patch_size = shape[2];
}

void set_image_size(const PublishedFile& file, VitConfig& c, const PretrainedOptions& options) {
    const std::string file_name = spelling_in(file, "pos_embed").front();
    const Shape& shape = find(file, file_name)->shape;  // (1, T, D) or (T, D)
    const std::size_t T = shape.size() < 2 ? 0 : shape[shape.size() - 2], class_tokens = c.has_class_token() ? 1 : 0;
    if (shape.size() > 3 || T <= class_tokens)
        fail(file, "{} has shape {}, expected (1, T, D)", file_name, to_string(shape));
    const std::size_t N = T - class_tokens, side = side_of_square(N), P = c.patch_size;
    if (options.image_height == 0) {
        if (side == 0)
            fail(
                file,
                "{} has positions for {} patches, which make no square; give the size of the images: --positions-for{}",
                file_name, N,
                side_of_square(T) == 0 ? ""
                                       : fmt::format("; but if these are {} positions of patches and none of the class "
                                                     "token, this project's model cannot have them",
                                                     T));
        c.image_height = c.image_width = side * P;
        return;
    }
    c.image_height = options.image_height;
    c.image_width = options.image_width;
    if (c.patches() != N || c.image_height % P != 0 || c.image_width % P != 0)
        fail(file, "{} has positions for {} patches of {} x {} pixels, but the image size is {} x {}", file_name, N, P,
             P, c.image_height, c.image_width);
}

/// Which vectors are pooled no name tells, only whether there is a class token.
void set_pooling(const PublishedFile& file, VitConfig& c, Pooling pooling) {
    const bool has_class_token = c.has_class_token();
    c.pooling = pooling;
    if (c.has_class_token() != has_class_token)
        fail(file, "there is {} class token, so the pooling cannot be {}", has_class_token ? "a" : "no",
             pooling_names.at(static_cast<std::size_t>(pooling)));
}

/// A and K of the qkv projection, whose rows are 3 A K, or A K in each of its parts.
void set_heads(const PublishedFile& file, VitConfig& c, std::size_t heads) {
    const std::string name = "blocks.0.attn.qkv.weight";
    const Spelling parts = spelling_in(file, name);
    const std::size_t matrices = parts.size() == 1 ? 3 : 1;  // in one tensor of the file
    const char* axes = matrices == 3 ? "3 A K, D" : "A K, D";
    const Shape& shape = shape_in(file, name, 2, axes);
    if (shape[0] % matrices != 0) fail(file, "{} has shape {}, expected ({})", parts.front(), to_string(shape), axes);

    const std::size_t AK = shape[0] / matrices;
    std::size_t A = heads;
    if (A == 0) A = file.dialect == Dialect::vit_pytorch && AK % 64 == 0 ? AK / 64 : usual_heads(AK);
    if (heads == 0 && !c.attention_projection) A = 1;  // without an output projection there is one head
    if (AK == 0 || A == 0 || AK % A != 0)
        fail(file, "the heads together have {} numbers, {}", AK,
             heads > 0 ? fmt::format("which {} heads cannot share", heads)
                       : "which are no heads of 64; give the number of heads: --heads");
    c.heads = A;
    c.head_width = AK == c.width ? 0 : AK / A;
}

}  // namespace

bool says_config(const std::map<std::string, std::string>& metadata) {
    return metadata.contains("model.image_height");
}

VitConfig form_of(const PublishedFile& file, const std::map<std::string, std::string>& metadata) {
    if (says_config(metadata)) return config_in(metadata, file.path);
    VitConfig form;
    form.depth = depth_of(file);
    form.pooling = has_class_token(file) ? Pooling::class_token : Pooling::mean;
    form.patch_norm = has(file, "patch_embed.norm_out.weight");
    form.qkv_bias = has(file, "blocks.0.attn.qkv.bias");
    form.attention_projection = file.dialect != Dialect::vit_pytorch || has(file, "blocks.0.attn.proj.weight");
    form.final_norm = norms_after_pooling(file) ? FinalNorm::after_pooling : FinalNorm::before_pooling;
    form.eps = eps_of(file.dialect);
    if (file.dialect == Dialect::timm && norms_after_pooling(file) && form.has_class_token())
        fail(file,
             "with fc_norm and cls_token the model takes the mean of the patches without the class token, which "
             "this project's model cannot");
    return form;
}

VitConfig with_sizes(const PublishedFile& file, VitConfig c, const PretrainedOptions& options) {
    set_patch(file, c, options.channels);
    if (options.pooling) set_pooling(file, c, *options.pooling);
    if (options.gelu) c.gelu = *options.gelu;
    if (options.eps) c.eps = *options.eps;
    set_image_size(file, c, options);
    if (c.depth > 0) {
        set_heads(file, c, options.heads);
        c.hidden = shape_in(file, "blocks.0.mlp.fc1.weight", 2, "F, D")[0];
    }
    c.classes = has(file, "head.weight") ? shape_in(file, "head.weight", 2, "Y, D")[0] : options.classes;
    return c;
}

}  // namespace vit
