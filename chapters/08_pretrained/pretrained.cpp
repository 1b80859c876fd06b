#include "08_pretrained/pretrained.h"

#include <algorithm>
#include <unordered_set>

#include "06_vit_head/parameter_formula.h"
#include "07_training/finite.h"
#include "07_training/weight_file.h"
#include "08_pretrained/patch_order.h"

namespace vit {
namespace {

/// Where the numbers of one of the model's tensors come from.
struct Source {
    Spelling names;                          // in the file
    std::vector<const StoredTensor*> parts;  // none: the head of a file without one
};

/// What an action on the file's config returns. Its errors get the file's name.
template <class Action>
auto with_name_of(const PublishedFile& file, const Action& action) {
    try {
        return action();
    } catch (const std::invalid_argument& error) {
        fail(file, "{}", error.what());
    }
}

/// The names of the tensors of a model of this form: those of the smallest such model.
std::vector<std::string> tensors_of(const PublishedFile& file, VitConfig form) {
    form.image_height = form.image_width = form.patch_size = form.channels = 1;
    form.width = form.heads = form.hidden = form.classes = 1;
    form.head_width = 0;
    Vit smallest = with_name_of(file, [&] { return make_vit(form); });
    std::vector<std::string> names;
    for (const Parameter& parameter : named_parameters(smallest)) names.push_back(parameter.name);
    return names;
}

bool has_head(const PublishedFile& file) {
    return has(file, "head.weight") || has(file, "head.bias");
}

/// Tensors that are there for other purposes.
bool is_known_and_unused(const PublishedFile& file, const StoredTensor& tensor) {
    if (element_count(tensor.shape) == 0) return true;
    if (file.dialect == Dialect::timm) return tensor.name.starts_with("adamw.");
    return file.dialect == Dialect::hugging_face && without_prefix(tensor.name).starts_with("pooler.");
}

/// A source for each of these tensors of the model. Throws if any is missing, or a tensor of the file belongs to none.
std::vector<Source> find_sources(const Safetensors& stored, const PublishedFile& file,
                                 const std::vector<std::string>& names) {
    std::vector<Source> sources;
    std::vector<std::string> missing, left_over;
    std::unordered_set<const StoredTensor*> taken;
    for (const std::string& name : names) {
        Source source;
        if (!name.starts_with("head.") || has_head(file)) source.names = spelling_in(file, name);
        for (const std::string& file_name : source.names) {
            const StoredTensor* tensor = find(file, file_name);
            if (!tensor) missing.push_back(file_name);
            source.parts.push_back(tensor);
            taken.insert(tensor);
        }
        sources.push_back(std::move(source));
    }
    for (const StoredTensor& tensor : stored.tensors) {
        if (!taken.contains(&tensor) && !is_known_and_unused(file, tensor)) left_over.push_back(tensor.name);
    }
    if (missing.empty() && left_over.empty()) return sources;
    fail(file, "{}{}{}", missing.empty() ? "" : "missing: " + first_of(missing),
         missing.empty() || left_over.empty() ? "" : "; ",
         left_over.empty() ? "" : "left over: " + first_of(left_over));
}

/// The sizes of a damaged file may be those of a model that takes all the memory.
void check_sizes(const PublishedFile& file, const VitConfig& c) {
    const auto require_countable = [&](std::initializer_list<std::size_t> sizes) {
        constexpr std::size_t most = 1'000'000;  // products of a few such sizes can be counted
        const std::size_t largest = std::max(sizes);
        if (largest > most) fail(file, "a size is {}; at most {} can be read", largest, most);
    };
    with_name_of(file, [&] { check(c); });
    require_countable(
        {c.image_height, c.image_width, c.channels, c.patch_size, c.width, c.heads, c.head_width, c.hidden, c.classes});
    require_countable({c.channels * c.patch_size * c.patch_size, c.tokens(), c.heads * c.head_width});

    const auto wanted = static_cast<double>(with_name_of(file, [&] { return parameters_by_formula(c); }));
    double found = 0;
    for (const auto& tensor : file.tensors) found += static_cast<double>(element_count(tensor.second->shape));
    if (wanted > 2 * found + 1e6)
        fail(file, "the sizes are those of a model of {:.3g} numbers, but there are {:.0f}", wanted, found);
}

/// What the options say must be what the file says.
void check_options(const PublishedFile& file, const VitConfig& c, const PretrainedOptions& options) {
    const auto agree = [&](const char* option, std::size_t given, std::size_t own) {
        if (given > 0 && given != own) fail(file, "{} is {}, but the file says {}", option, given, own);
    };
    agree("--heads", options.heads, c.heads);
    agree("--channels", options.channels, c.channels);
    agree("--positions-for: the height", options.image_height, c.image_height);
    agree("--positions-for: the width", options.image_width, c.image_width);
    const auto agree_if_given = [&](const char* option, const auto& given, const auto& own, const std::string& name) {
        if (given && *given != own) fail(file, "{} is given, but the file says {}", option, name);
    };
    agree_if_given("--pooling", options.pooling, c.pooling, pooling_names.at(static_cast<std::size_t>(c.pooling)));
    agree_if_given("--gelu", options.gelu, c.gelu, gelu_names.at(static_cast<std::size_t>(c.gelu)));
    agree_if_given("--eps", options.eps, c.eps, fmt::format("{:g}", c.eps));
}

/// The shape that each of its parts has in the file.
Shape shape_of_part(const PublishedFile& file, const Parameter& parameter, const Source& source) {
    Shape shape = parameter.shape;
    shape[0] /= source.parts.size();
    if (file.dialect != Dialect::vit_pytorch) return shape;
    if (shape.size() == 4) return {shape[0], shape[1] * shape[2] * shape[3]};  // the patch projection is a Linear
    if (shape.size() == 3 && source.parts[0]->shape.size() == 2) shape.erase(shape.begin());  // today's have no axis 1
    return shape;
}

void check_shapes(const PublishedFile& file, const Parameter& parameter, const Source& source) {
    for (std::size_t i = 0; i < source.parts.size(); ++i) {
        const Shape &found = source.parts[i]->shape, expected = shape_of_part(file, parameter, source);
        if (found != expected)
            fail(file, "{} has shape {}, expected {}", source.names[i], to_string(found), to_string(expected));
        source.parts[i]->require_fractions();
    }
}

/// The rows of a tensor's parts lie one below the other: so do their numbers.
void fill(const PublishedFile& file, const Parameter& parameter, const Source& source) {
    for (std::size_t i = 0; i < source.parts.size(); ++i) {
        const std::size_t size = parameter.values.size() / source.parts.size();
        const std::span<Scalar> part = parameter.values.subspan(i * size, size);
        source.parts[i]->copy_to(part);
        if (!all_finite(part)) fail(file, "{} has a number that is not finite", source.names[i]);
    }
}

}  // namespace

Pretrained load_pretrained(const std::string& path, const PretrainedOptions& options) {
    const Safetensors stored = load_safetensors(path);
    // 1. What language is it, and which tensors does its model have?
    const PublishedFile file = recognise(stored);
    VitConfig config = form_of(file, stored.metadata);
    // 2. Find them all in the file.
    const std::vector<Source> sources = find_sources(stored, file, tensors_of(file, config));
    // 3. Their shapes say the sizes of the model, unless the metadata do.
    if (!says_config(stored.metadata)) config = with_sizes(file, config, options);
    check_options(file, config, options);
    check_sizes(file, config);
    Vit model = with_name_of(file, [&] { return make_vit(config); });
    // 4. Everything fits, or nothing is read.
    const Parameters parameters = named_parameters(model);
    for (std::size_t i = 0; i < parameters.size(); ++i) check_shapes(file, parameters[i], sources[i]);
    for (std::size_t i = 0; i < parameters.size(); ++i) fill(file, parameters[i], sources[i]);
    // 5. One form for all.
    change_patch_order(model, PatchOrder::c_p1_p2);
    return {std::move(model), file.dialect, file.recognised_by, has_head(file), read_class_names(stored)};
}

}  // namespace vit
