#include "08_pretrained/dialect.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "common/program/printable.h"

namespace vit {
namespace {

/// What a file must have to be recognised. It says also how large a patch is and how wide the model.
const char* const patch_projection = "patch_embed.proj.weight";

/// "patch_embed.proj.weight (timm), conv_proj.weight (torchvision), ..."
std::string names_looked_for() {
    std::vector<std::string> names;
    for (const Dialect dialect : dialects) {
        for (const Spelling& spelling : translate(patch_projection, dialect))
            names.push_back(fmt::format("{} ({})", spelling.front(), name_of(dialect)));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

[[noreturn]] void fail_unknown(const Safetensors& file) {
    std::vector<std::string> names;
    for (const StoredTensor& tensor : file.tensors) names.push_back(tensor.name);
    throw std::runtime_error(
        fmt::format("{}: these are no weights of a Vision Transformer in a dialect that is known here. It has {}; "
                    "looked for were {}",
                    file.path, names.empty() ? "no tensors" : "the tensors " + first_of(names), names_looked_for()));
}

}  // namespace

PublishedFile recognise(const Safetensors& file) {
    PublishedFile published{.path = file.path, .dialect = {}, .recognised_by = {}, .bare = false, .tensors = {}};
    for (const StoredTensor& tensor : file.tensors) published.tensors[tensor.name] = &tensor;
    for (const Dialect dialect : dialects) {
        for (const Spelling& spelling : translate(patch_projection, dialect)) {
            const std::string whole = spelling.front(), bare = without_prefix(whole);
            for (const std::string& name : {whole, bare}) {
                if (!published.tensors.contains(name)) continue;
                published.dialect = dialect;
                published.recognised_by = name;
                published.bare = name != whole;
                return published;
            }
        }
    }
    fail_unknown(file);
}

std::string without_prefix(const std::string& name) {
    constexpr std::string_view prefix = "vit.";
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

Spelling spelling_in(const PublishedFile& file, const std::string& name) {
    std::vector<Spelling> spellings = translate(name, file.dialect);
    if (spellings.empty()) return {};
    for (Spelling& spelling : spellings) {
        if (file.bare) std::ranges::transform(spelling, spelling.begin(), without_prefix);
        if (std::ranges::any_of(spelling, [&](const std::string& part) { return find(file, part) != nullptr; }))
            return spelling;
    }
    return spellings.front();
}

const StoredTensor* find(const PublishedFile& file, const std::string& file_name) {
    const auto found = file.tensors.find(file_name);
    return found == file.tensors.end() ? nullptr : found->second;
}

bool has(const PublishedFile& file, const std::string& name) {
    const Spelling spelling = spelling_in(file, name);
    return std::ranges::any_of(spelling, [&](const std::string& part) { return find(file, part) != nullptr; });
}

std::string first_of(const std::vector<std::string>& names) {
    constexpr std::size_t shown = 3;
    std::vector<std::string> first;
    for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) first.push_back(printable(names[i]));
    const std::string rest = names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "";
    return fmt::format("{}{}", fmt::join(first, ", "), rest);
}

}  // namespace vit
