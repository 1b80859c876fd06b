#include "common/files/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "common/files/files.h"
#include "common/files/safetensors_header.h"
#include "common/files/safetensors_numbers.h"
#include "common/program/printable.h"

namespace vit {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied from and to the file as they are");

template <class... Values>
[[noreturn]] void fail(const std::string& path, fmt::format_string<Values...> message, Values&&... values) {
    throw std::runtime_error(path + ": " + fmt::format(message, std::forward<Values>(values)...));
}

/// A kind of file that is often taken for safetensors.
struct OtherKind {
    std::string_view beginning;
    const char* name;
    bool is_of_pytorch = false;
};
constexpr OtherKind other_kinds[] = {
    {"PK\3\4", "a file of PyTorch, or another zip", true},
    {"\x80\2\x8a\n", "an old file of PyTorch", true},
    {"{\"", "JSON"},
    {"{\n", "JSON"},
    {"version https://git-lfs", "a pointer of Git LFS; git lfs pull gets what it stands for"},
    {"<!", "a web page"},
    {"<html", "a web page"},
    {"\x89HDF", "an HDF5 file"},
};

/// Throws if the file is known to be of another kind.
void refuse_other_kinds(const std::string& path, std::string_view file) {
    for (const OtherKind& kind : other_kinds) {
        if (!file.starts_with(kind.beginning)) continue;
        const std::string advice = fmt::format(
            ". Write its tensors with Python: safetensors.torch.save_file(torch.load(\"{}\", map_location=\"cpu\"), "
            "\"model.safetensors\")",
            path);
        fail(path, "this is no safetensors file but {}{}", kind.name, kind.is_of_pytorch ? advice : "");
    }
}

/// The text of the header: its length stands before it, the numbers of the tensors behind it.
std::string read_header(const std::string& path, std::span<const char> file) {
    constexpr std::uint64_t most = 10'000'000;  // 100,000 tensors; the format allows ten times as many
    std::uint64_t length = 0;
    if (file.size() < sizeof length) fail(path, "{} bytes are too few for a safetensors file", file.size());
    std::memcpy(&length, file.data(), sizeof length);
    const std::span<const char> rest = file.subspan(sizeof length);
    if (length > rest.size()) {
        refuse_other_kinds(path, {file.data(), file.size()});
        fail(path, "the header should have {} bytes, but only {} follow; this is no safetensors file, or it is cut off",
             length, rest.size());
    }
    if (length > most) fail(path, "the header has {} bytes; at most {} are allowed", length, most);
    return {rest.data(), length};
}

/// What a file of these tensors says of them: they lie one behind the other.
std::vector<TensorEntry> entries_of(const Parameters& tensors, const std::string& dtype) {
    std::vector<TensorEntry> entries;
    std::uint64_t end = 0;
    for (const Parameter& tensor : tensors) {
        const std::uint64_t begin = end;
        end += tensor.values.size() * size_of_dtype(dtype);
        entries.push_back({tensor.name, dtype, tensor.shape, begin, end});
    }
    return entries;
}

void write_numbers(std::FILE* stream, const Parameter& tensor, const std::string& dtype) {
    if (dtype == scalar_dtype) {
        if (!tensor.values.empty()) std::fwrite(tensor.values.data(), sizeof(Scalar), tensor.values.size(), stream);
        return;
    }
    try {
        const std::string bytes = to_bytes(tensor.values, dtype);
        std::fwrite(bytes.data(), 1, bytes.size(), stream);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(
            fmt::format("tensor {} cannot be written as {}: {}", printable(tensor.name), dtype, error.what()));
    }
}

}  // namespace

std::vector<Scalar> StoredTensor::values() const {
    std::vector<Scalar> numbers;
    try {
        numbers.resize(element_count(shape));
    } catch (const std::bad_alloc&) {
        fail(file->path(), "there is not enough memory for tensor {} of shape {}", printable(name), to_string(shape));
    }
    copy_to(numbers);
    return numbers;
}

void StoredTensor::require_fractions() const {
    if (dtype.find('F') == std::string::npos)
        fail(file->path(), "tensor {} has the dtype {}; weights are F64, F32, F16 or BF16", printable(name), dtype);
}

void StoredTensor::copy_to(std::span<Scalar> place) const {
    if (place.size() != element_count(shape)) {
        throw std::invalid_argument(fmt::format("StoredTensor::copy_to: tensor {} of shape {} does not fit {} numbers",
                                                printable(name), to_string(shape), place.size()));
    }
    to_scalars(bytes, dtype, place);
    file->give_back();
}

const StoredTensor& Safetensors::at(std::string_view name) const {
    const auto found = std::ranges::find(tensors, name, &StoredTensor::name);
    if (found == tensors.end()) fail(path, "tensor {} is missing", name);
    return *found;
}

Safetensors load_safetensors(const std::string& path) {
    const auto mapped = std::make_shared<const MappedFile>(path, "load_safetensors");
    const std::string text = read_header(path, mapped->bytes());
    const std::span<const char> data = mapped->bytes().subspan(sizeof(std::uint64_t) + text.size());
    SafetensorsHeader header = parse_header(path, text, data.size());
    Safetensors file{path, {}, std::move(header.metadata)};
    for (TensorEntry& entry : header.tensors) {
        file.tensors.push_back({std::move(entry.name), std::move(entry.dtype), std::move(entry.shape),
                                data.subspan(entry.begin, entry.end - entry.begin), mapped});
    }
    return file;
}

void save_safetensors(const std::string& path, const Parameters& tensors,
                      const std::map<std::string, std::string>& metadata, const std::string& dtype) {
    std::string header;
    try {
        header = header_text({entries_of(tensors, dtype), metadata});
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("save_safetensors: {}: {}", path, error.what()));
    }
    write_file(path, [&](std::FILE* stream) {
        const std::uint64_t length = header.size();
        std::fwrite(&length, sizeof length, 1, stream);
        std::fwrite(header.data(), 1, header.size(), stream);
        for (const Parameter& tensor : tensors) write_numbers(stream, tensor, dtype);
    });
}

void copy_into(const Safetensors& file, const Parameters& parameters) {
    std::unordered_map<std::string_view, const StoredTensor*> tensors;  // those that no parameter has taken yet
    for (const StoredTensor& tensor : file.tensors) tensors[tensor.name] = &tensor;
    std::vector<const StoredTensor*> taken;
    for (const Parameter& parameter : parameters) {
        const auto found = tensors.find(parameter.name);
        if (found == tensors.end()) fail(file.path, "tensor {} is missing", parameter.name);
        if (found->second->shape != parameter.shape) {
            fail(file.path, "tensor {} has shape {}, the model needs {}", parameter.name,
                 to_string(found->second->shape), to_string(parameter.shape));
        }
        found->second->require_fractions();
        taken.push_back(found->second);
        tensors.erase(found);
    }
    for (const StoredTensor& tensor : file.tensors) {
        if (tensors.contains(tensor.name))
            fail(file.path, "tensor {} belongs to no parameter of this model", printable(tensor.name));
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        taken[i]->copy_to(parameters[i].values);
    }
}

}  // namespace vit
