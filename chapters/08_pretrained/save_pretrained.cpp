#include "08_pretrained/save_pretrained.h"

#include <fmt/core.h>

#include <stdexcept>

#include "07_training/weight_file.h"
#include "08_pretrained/patch_order.h"
#include "common/files/safetensors.h"

namespace vit {
namespace {

/// A tensor of the model as the dialect, or an old version of it, has it: whole, or in parts.
Parameters parts_of(const Parameter& parameter, const Spelling& names, Dialect dialect, bool old) {
    Shape shape = parameter.shape;
    shape[0] /= names.size();
    if (dialect == Dialect::vit_pytorch && shape.size() == 4) shape = {shape[0], shape[1] * shape[2] * shape[3]};
    if (dialect == Dialect::vit_pytorch && shape.size() == 3 && !old) shape.erase(shape.begin());  // (T, D)
    const std::size_t size = parameter.values.size() / names.size();
    Parameters parts;
    for (std::size_t i = 0; i < names.size(); ++i)
        parts.push_back({names[i], shape, parameter.values.subspan(i * size, size)});
    return parts;
}

}  // namespace

void save_pretrained(const std::string& path, Vit model, Dialect dialect, std::map<std::string, std::string> metadata,
                     const std::string& dtype) {
    change_patch_order(model, dialect == Dialect::vit_pytorch ? PatchOrder::p1_p2_c : PatchOrder::c_p1_p2);
    if (dialect == Dialect::vit_pytorch && model.config.qkv_bias && model.config.depth > 0)
        throw std::invalid_argument("save_pretrained: a model of vit-pytorch has no bias in qkv");
    const bool old = dialect == Dialect::vit_pytorch && !model.patch_norms;
    Parameters tensors;
    for (const Parameter& parameter : named_parameters(model)) {
        const std::vector<Spelling> spellings = translate(parameter.name, dialect);
        if (spellings.empty()) {
            throw std::invalid_argument(
                fmt::format("save_pretrained: a model of {} has no {}", name_of(dialect), parameter.name));
        }
        for (Parameter& part : parts_of(parameter, old ? spellings.back() : spellings.front(), dialect, old))
            tensors.push_back(std::move(part));
    }
    if (dialect == Dialect::timm) metadata.merge(to_text(renamed("model.", named_options(model.config))));
    save_safetensors(path, tensors, metadata, dtype);
}

}  // namespace vit
